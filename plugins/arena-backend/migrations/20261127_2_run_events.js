// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('run_events', table => {
    table.comment('Ends of runs, each once');
    table.increments('seq').primary();
    table.string('run_id', 128).notNullable().unique();
    table.bigInteger('created_at').notNullable();
    table.text('event').notNullable().comment('JSON of an ArenaRunEvent');
    table.index(['created_at'], 'run_events_created_idx');
  });

  await knex.schema.createTable('run_event_deliveries', table => {
    table.comment('Who is still to be told of the end of a run');
    table.increments('id').primary();
    table
      .integer('event_seq')
      .notNullable()
      .references('seq')
      .inTable('run_events')
      .onDelete('CASCADE');
    table.string('target', 128).notNullable();
    table.integer('attempts').notNullable();
    table.bigInteger('due_at').notNullable();
    table.string('claim', 36).nullable().comment('Of the replica that sends');
    table.bigInteger('claimed_until').nullable();
    table.unique(['event_seq', 'target'], {
      indexName: 'run_event_deliveries_target_idx',
    });
    table.index(['due_at'], 'run_event_deliveries_due_idx');
  });

  await knex.schema.createTable('notification_states', table => {
    table.comment('What was last told of a job, so that it is told once');
    table.string('cluster', 253).notNullable();
    table.string('namespace', 253).notNullable();
    table.string('series', 253).notNullable();
    table.string('trouble', 16).notNullable();
    table.bigInteger('updated_at').notNullable();
    table.primary(['cluster', 'namespace', 'series']);
  });

  await knex.schema.createTable('notification_recipients', table => {
    table.comment('When somebody is told next');
    table.string('recipient', 255).primary();
    table.bigInteger('due_at').nullable().comment('Null: nothing to tell');
    table.bigInteger('sent_at').nullable();
    table.integer('attempts').notNullable();
    table.string('claim', 36).nullable().comment('Of the replica that sends');
    table.bigInteger('claimed_until').nullable();
    table.index(['due_at'], 'notification_recipients_due_idx');
  });

  await knex.schema.createTable('notification_items', table => {
    table.comment('What is still to be told');
    table.increments('id').primary();
    table.string('recipient', 255).notNullable();
    table.string('run_id', 128).notNullable();
    table.bigInteger('created_at').notNullable();
    table.text('content').notNullable().comment('JSON of a RunNotification');
    table.unique(['recipient', 'run_id'], {
      indexName: 'notification_items_run_idx',
    });
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('notification_items');
  await knex.schema.dropTable('notification_recipients');
  await knex.schema.dropTable('notification_states');
  await knex.schema.dropTable('run_event_deliveries');
  await knex.schema.dropTable('run_events');
};
