// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('run_verdicts', table => {
    table
      .string('source_name', 253)
      .nullable()
      .comment('Of the source: one that was created again is still the same');
    table.index(
      ['cluster', 'namespace', 'ref', 'run_seq'],
      'run_verdicts_branch_idx',
    );
  });
  const rows = await knex('run_verdicts')
    .join('run_plans', 'run_plans.run_seq', 'run_verdicts.run_seq')
    .select('run_verdicts.run_seq', 'pins');
  for (const { run_seq, pins } of rows) {
    await knex('run_verdicts')
      .where({ run_seq })
      .update({ source_name: JSON.parse(pins).source.name });
  }
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('run_verdicts', table => {
    table.dropIndex([], 'run_verdicts_branch_idx');
    table.dropColumn('source_name');
  });
};
