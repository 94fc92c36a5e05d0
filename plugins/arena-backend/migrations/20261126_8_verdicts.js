// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('run_verdicts', table => {
    table.comment('What evaluations ended with: what trends and baselines are');
    table
      .integer('run_seq')
      .primary()
      .references('seq')
      .inTable('runs')
      .onDelete('CASCADE');
    table.string('cluster', 253).notNullable();
    table.string('namespace', 253).notNullable();
    table
      .string('series', 253)
      .notNullable()
      .comment('Name of the job whose runs it is compared with');
    table.string('phase', 16).notNullable();
    table.string('reason', 64).notNullable();
    table
      .boolean('whole')
      .notNullable()
      .comment('False when only some items of the plan were run');
    table.string('revision', 1024).notNullable();
    table.string('source_uid', 64).notNullable();
    table.string('arena_file', 1024).notNullable();
    table
      .string('ref', 255)
      .nullable()
      .comment('Branch or tag of the revision, where it has one');
    table.integer('cells').notNullable();
    table.integer('flaky_cells').notNullable();
    table.double('p50_ms').nullable();
    table.double('p95_ms').nullable();
    table
      .text('inputs')
      .notNullable()
      .comment('JSON: digests by what they are of');
    table.text('gate').nullable().comment('JSON: what the baseline said');
    table.index(
      ['cluster', 'namespace', 'series', 'run_seq'],
      'run_verdicts_series_idx',
    );
    table.index(['source_uid', 'ref', 'run_seq'], 'run_verdicts_ref_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('run_verdicts');
};
