// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('runs', table => {
    table.comment('Runs with their counters; updated with every report');
    table.increments('seq').comment('Short key for the rows of the run');
    table.string('run_id', 255).notNullable().unique();
    table.string('cluster', 253).notNullable();
    table.string('namespace', 253).notNullable();
    table.string('job_name', 253).notNullable();
    table.string('job_uid', 64).notNullable();
    table.integer('attempt').notNullable();
    table.string('creator', 512).nullable();
    table.string('owner', 512).nullable();
    table.text('labels').notNullable().comment('JSON');
    table.text('output_directory').nullable();
    table
      .boolean('picked')
      .notNullable()
      .comment('Items were picked by hand; else all items of the plan');
    table.bigInteger('created_at').notNullable().comment('Milliseconds');
    table.bigInteger('started_at').nullable().comment('First lease');
    table.bigInteger('finished_at').nullable();
    table.string('state', 16).notNullable();
    table.string('outcome', 16).nullable();

    table.bigInteger('total').notNullable();
    table
      .bigInteger('next_fresh')
      .notNullable()
      .comment('Items from here to plan_total were never leased');
    table.bigInteger('plan_total').notNullable();
    table.bigInteger('leased').notNullable().comment('Items under lease');
    table.bigInteger('passed').notNullable();
    table.bigInteger('failed').notNullable();
    table.bigInteger('errored').notNullable();
    table.bigInteger('input_tokens').notNullable();
    table.bigInteger('output_tokens').notNullable();
    table.double('cost').notNullable();
    table.double('duration_ms').notNullable();

    table.bigInteger('version').notNullable().comment('Visible changes');
    table.bigInteger('next_fence').notNullable();
    table.boolean('finalized').notNullable();
    table.string('finalize_lease', 64).nullable();
    table.integer('finalize_failures').notNullable();
    table.bigInteger('finalize_not_before').notNullable();
    table.text('finalize_error').nullable();
    table.boolean('transcripts_pruned').notNullable();

    table.index(['job_uid', 'seq'], 'runs_job_uid_idx');
    table.index(['state', 'finished_at'], 'runs_finished_idx');
    table.index(
      ['cluster', 'namespace', 'job_name', 'seq'],
      'runs_job_name_idx',
    );
  });

  await knex.schema.createTable('run_plans', table => {
    table.comment('What is fixed when a run is planned');
    table
      .integer('run_seq')
      .primary()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.text('pins').notNullable().comment('JSON');
    table.binary('plan').notNullable().comment('JSON, gzip');
  });

  await knex.schema.createTable('run_tokens', table => {
    table.comment('Hashes of run tokens');
    table.string('token_hash', 64).primary().comment('SHA-256, hexadecimal');
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.bigInteger('created_at').notNullable();
    table.boolean('dead').notNullable().comment('The run was closed');
    table.index(['run_seq'], 'run_tokens_run_idx');
  });

  await knex.schema.createTable('run_workers', table => {
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('worker_id', 128).notNullable();
    table.string('host', 255).notNullable();
    table.bigInteger('pid').nullable();
    table.string('engine_version', 255).notNullable();
    table.integer('registrations').notNullable();
    table.bigInteger('registered_at').notNullable();
    table.bigInteger('seen_at').notNullable();
    table.boolean('draining').notNullable();
    table.primary(['run_seq', 'worker_id']);
    table.index(['run_seq', 'seen_at'], 'run_workers_seen_idx');
  });

  await knex.schema.createTable('run_leases', table => {
    table.comment('Who works on what until when');
    table.string('lease_id', 64).primary();
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('worker_id', 128).notNullable();
    table.string('kind', 16).notNullable().comment('work or finalize');
    table.bigInteger('fence').notNullable();
    table.bigInteger('granted_at').notNullable();
    table.bigInteger('expires_at').notNullable();
    table
      .text('remaining')
      .notNullable()
      .comment('JSON: [from, to, attempt] of what was not reported yet');
    table
      .text('started')
      .notNullable()
      .comment('JSON: [index, time] of remaining items that have started');
    table.index(['expires_at'], 'run_leases_expiry_idx');
    table.index(['run_seq'], 'run_leases_run_idx');
  });

  await knex.schema.createTable('run_pending', table => {
    table.comment(
      'Items to lease that are not fresh: returned, retried, picked',
    );
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.bigInteger('idx_from').notNullable();
    table.bigInteger('idx_to').notNullable().comment('Exclusive');
    table.integer('attempt').notNullable().comment('Number of the next one');
    table.bigInteger('not_before').notNullable();
    table.primary(['run_seq', 'idx_from']);
    table.index(['run_seq', 'not_before', 'idx_from'], 'run_pending_due_idx');
  });

  await knex.schema.createTable('run_cells', table => {
    table.comment('Counters of scenario and provider; rows appear when needed');
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.integer('scenario_ix').notNullable();
    table.integer('provider_ix').notNullable();
    table
      .bigInteger('picked')
      .notNullable()
      .comment('Items picked by hand; 0 in other runs');
    table.bigInteger('passed').notNullable();
    table.bigInteger('failed').notNullable();
    table.bigInteger('errored').notNullable();
    table.bigInteger('input_tokens').notNullable();
    table.bigInteger('output_tokens').notNullable();
    table.double('cost').notNullable();
    table.double('duration_ms').notNullable();
    table
      .bigInteger('version')
      .notNullable()
      .comment('Version of the run that changed it last');
    table.primary(['run_seq', 'scenario_ix', 'provider_ix']);
    table.index(['run_seq', 'version'], 'run_cells_version_idx');
  });

  await knex.schema.createTable('run_transcripts', table => {
    table.comment('Compressed batches, one per report');
    table.bigIncrements('batch');
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('codec', 8).notNullable();
    table.binary('content').notNullable();
    table.index(['run_seq', 'batch'], 'run_transcripts_run_idx');
  });

  await knex.schema.createTable('run_items', table => {
    table.comment('Results, one row per finished item');
    // No foreign key: it would be checked for every row, and a run is deleted in bounded steps.
    table.integer('run_seq').notNullable();
    table.bigInteger('idx').notNullable();
    table.integer('scenario_ix').notNullable();
    table.integer('provider_ix').notNullable();
    table
      .smallint('status')
      .notNullable()
      .comment('0 passed 1 failed 2 errored');
    table.integer('attempt').notNullable();
    table.bigInteger('started_at').notNullable();
    table.bigInteger('finished_at').notNullable();
    table.double('duration_ms').notNullable();
    table.integer('checks_total').notNullable();
    table.integer('checks_failed').notNullable();
    table.integer('turns').notNullable();
    table.integer('tool_calls').notNullable();
    table.bigInteger('input_tokens').notNullable();
    table.bigInteger('output_tokens').notNullable();
    table.bigInteger('cached_tokens').notNullable();
    table.double('cost').notNullable();
    table.double('ttft_ms').nullable();
    table.text('message').nullable();
    table.text('error').nullable().comment('JSON');
    table.bigInteger('transcript_batch').nullable();

    table.primary(['run_seq', 'idx']);
    table.index(['run_seq', 'status', 'idx'], 'run_items_status_idx');
    table.index(['run_seq', 'provider_ix', 'idx'], 'run_items_provider_idx');
    table.index(['run_seq', 'duration_ms', 'idx'], 'run_items_duration_idx');
    table.index(['run_seq', 'cost', 'idx'], 'run_items_cost_idx');
    table.index(['run_seq', 'output_tokens', 'idx'], 'run_items_output_idx');
    table.index(['run_seq', 'finished_at', 'idx'], 'run_items_finished_idx');
  });

  await knex.schema.createTable('run_reports', table => {
    table.comment('Files that were uploaded for a run');
    table
      .integer('run_seq')
      .notNullable()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('name', 255).notNullable();
    table.string('digest', 128).notNullable();
    table.bigInteger('size').notNullable();
    table.string('content_type', 255).notNullable();
    table
      .boolean('published')
      .notNullable()
      .comment('Named by the finalisation that succeeded');
    table.primary(['run_seq', 'name', 'digest']);
    table.index(['digest'], 'run_reports_digest_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('run_reports');
  await knex.schema.dropTable('run_items');
  await knex.schema.dropTable('run_transcripts');
  await knex.schema.dropTable('run_cells');
  await knex.schema.dropTable('run_pending');
  await knex.schema.dropTable('run_leases');
  await knex.schema.dropTable('run_workers');
  await knex.schema.dropTable('run_tokens');
  await knex.schema.dropTable('run_plans');
  await knex.schema.dropTable('runs');
};
