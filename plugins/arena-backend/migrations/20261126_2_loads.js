// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  const run = (/** @type {import('knex').Knex.CreateTableBuilder} */ table) =>
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');

  await knex.schema.createTable('run_loads', table => {
    table.comment('How far load tests are');
    run(table).primary();
    table.string('state', 16).notNullable();
    table
      .integer('expected')
      .notNullable()
      .comment('Workers that the start waits for');
    table
      .bigInteger('first_ready_at')
      .nullable()
      .comment('When the first worker was ready');
    table.bigInteger('origin_at').nullable().comment('Start of the test');
    table
      .integer('next_second')
      .notNullable()
      .comment('Seconds before it are leased');
    table.text('controls').notNullable().comment('JSON');
    table.string('ended_by', 16).nullable();
    table
      .double('stopped_at_ms')
      .nullable()
      .comment('From the start, when it was ended early');
    table
      .bigInteger('stopping_at')
      .nullable()
      .comment('Since when nothing more is leased');
    table
      .double('granted')
      .notNullable()
      .comment('Of the budget, to all workers');
    table.boolean('exhausted').notNullable();
    table.bigInteger('version').notNullable();
  });

  // Apart, because the row above is written with every lease.
  await knex.schema.createTable('run_load_reports', table => {
    table.comment('Reports of load tests; those that run have one so far');
    run(table).primary();
    table.string('codec', 8).notNullable();
    table.binary('content').notNullable().comment('JSON, compressed');
  });

  await knex.schema.createTable('run_load_workers', table => {
    table.comment('Processes that take part in load tests');
    run(table);
    table.string('worker_id', 128).notNullable();
    table
      .string('instance', 64)
      .notNullable()
      .comment('Tells a process from one that was started anew');
    table.bigInteger('ready_at').notNullable();
    table.bigInteger('seen_at').notNullable();
    table.integer('share').notNullable().comment('Of a closed loop');
    table.integer('given').notNullable().comment('Slices of this process');
    table.integer('outstanding').notNullable();
    table.integer('recorded_until').notNullable().comment('Second');
    table.boolean('draining').notNullable();
    table.boolean('done').notNullable();
    table.double('granted').notNullable().comment('To this process');
    table.primary(['run_seq', 'worker_id', 'instance']);
  });

  await knex.schema.createTable('run_load_slices', table => {
    table.comment('Shares of seconds, and which process has which');
    run(table);
    table.integer('second').notNullable();
    table.integer('share').notNullable();
    table.integer('shares').notNullable();
    table.string('worker_id', 128).nullable();
    table.string('instance', 64).nullable();
    table
      .integer('number')
      .nullable()
      .comment('Among the slices of the process');
    table.primary(['run_seq', 'second', 'share']);
    table.index(
      ['run_seq', 'worker_id', 'instance', 'number'],
      'run_load_slices_taken_idx',
    );
  });

  await knex.schema.createTable('run_load_batches', table => {
    table.comment('What workers recorded, a second each');
    table.bigIncrements('id');
    run(table);
    table.string('worker_id', 128).notNullable();
    table.string('instance', 64).notNullable();
    table.integer('second').notNullable();
    table.string('codec', 8).notNullable();
    table.binary('content').notNullable().comment('JSON, compressed');
    table.unique(['run_seq', 'worker_id', 'instance', 'second'], {
      indexName: 'run_load_batches_second_idx',
    });
    table.index(['run_seq', 'id'], 'run_load_batches_run_idx');
    table.index(
      ['run_seq', 'second', 'worker_id', 'id'],
      'run_load_batches_order_idx',
    );
  });

  await knex.schema.createTable('run_load_series', table => {
    table.comment('Figures of each second over all workers');
    run(table);
    table.integer('second').notNullable();
    table.text('content').notNullable().comment('JSON');
    table.primary(['run_seq', 'second']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('run_load_series');
  await knex.schema.dropTable('run_load_batches');
  await knex.schema.dropTable('run_load_slices');
  await knex.schema.dropTable('run_load_workers');
  await knex.schema.dropTable('run_load_reports');
  await knex.schema.dropTable('run_loads');
};
