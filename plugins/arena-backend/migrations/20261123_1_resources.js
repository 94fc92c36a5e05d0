// @ts-check

/**
 * A text column that sorts byte by byte on every database, so that pages have one order everywhere.
 *
 * @param {import('knex').Knex} knex
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} name
 * @param {number} [length]
 */
function keyColumn(knex, table, name, length = 253) {
  return knex.client.driverName === 'pg'
    ? table.specificType(name, `varchar(${length}) collate "C"`)
    : table.string(name, length);
}

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('resource_stores', table => {
    table.comment('One row per cluster; its lock orders all changes');
    table.string('cluster', 253).primary();
    table
      .bigInteger('resource_version')
      .notNullable()
      .comment('Version of the newest change');
    table
      .bigInteger('compacted_version')
      .notNullable()
      .comment('History up to this version is gone');
  });

  await knex.schema.createTable('resources', table => {
    table.comment('Objects that exist, with what they are found by');
    table.string('uid', 64).primary();
    table.string('cluster', 253).notNullable();
    table.string('kind', 63).notNullable();
    keyColumn(knex, table, 'namespace').notNullable();
    keyColumn(knex, table, 'name').notNullable();
    table
      .bigInteger('resource_version')
      .notNullable()
      .comment('Row of resource_revisions with the document');
    table.bigInteger('created_at').notNullable().comment('Milliseconds');
    keyColumn(knex, table, 'phase')
      .notNullable()
      .comment('status.phase, or nothing');
    table.string('spec_type', 253).notNullable();
    table.string('source_name', 253).notNullable();
    table.string('component', 512).notNullable().comment('Annotation');

    table.unique(['cluster', 'kind', 'namespace', 'name'], {
      indexName: 'resources_key_uniq',
    });
    table.index(
      ['cluster', 'kind', 'created_at', 'uid'],
      'resources_created_idx',
    );
    table.index(['cluster', 'kind', 'name', 'uid'], 'resources_name_idx');
    table.index(['cluster', 'kind', 'phase'], 'resources_phase_idx');
    table.index(['cluster', 'kind', 'source_name'], 'resources_source_idx');
    table.index(['cluster', 'kind', 'component'], 'resources_component_idx');
  });

  await knex.schema.createTable('resource_labels', table => {
    table.comment('Labels of existing objects, for selectors');
    table
      .string('uid', 64)
      .notNullable()
      .references('uid')
      .inTable('resources')
      .onDelete('CASCADE');
    table.string('key', 317).notNullable();
    table.string('value', 63).notNullable();
    table.primary(['uid', 'key']);
    table.index(['key', 'value', 'uid'], 'resource_labels_value_idx');
  });

  await knex.schema.createTable('resource_owners', table => {
    table.comment('Owner references of existing objects');
    table
      .string('uid', 64)
      .notNullable()
      .references('uid')
      .inTable('resources')
      .onDelete('CASCADE');
    table
      .string('owner_uid', 64)
      .notNullable()
      .comment('Not a foreign key: the owner goes first');
    table.primary(['uid', 'owner_uid']);
    table.index(['owner_uid'], 'resource_owners_owner_idx');
  });

  await knex.schema.createTable('resource_revisions', table => {
    table.comment('Every change, in order: documents and the feed of watches');
    table.string('cluster', 253).notNullable();
    table.bigInteger('resource_version').notNullable();
    table.string('kind', 63).notNullable().comment('A kind, or Event');
    keyColumn(knex, table, 'namespace').notNullable();
    keyColumn(knex, table, 'name').notNullable();
    table.string('uid', 64).notNullable();
    table
      .string('type', 16)
      .notNullable()
      .comment('ADDED, MODIFIED, DELETED, or RECORDED for an Event');
    table
      .bigInteger('next_version')
      .nullable()
      .comment('Version that replaced this one; null while it is current');
    table.bigInteger('changed_at').notNullable().comment('Milliseconds');
    table.text('document').notNullable().comment('JSON');

    table.primary(['cluster', 'resource_version']);
    table.index(['cluster', 'next_version'], 'resource_revisions_next_idx');
    table.index(['cluster', 'changed_at'], 'resource_revisions_changed_idx');
  });

  await knex.schema.createTable('resource_events', table => {
    table.comment('What happened to objects');
    table.string('id', 64).primary();
    table.string('cluster', 253).notNullable();
    table.string('uid', 64).notNullable();
    table.string('kind', 63).notNullable();
    table.string('namespace', 253).notNullable();
    table.string('name', 253).notNullable();
    table.string('type', 16).notNullable();
    table.string('reason', 128).notNullable();
    table.text('message').notNullable();
    table.string('message_hash', 64).notNullable();
    table.integer('count').notNullable();
    table.bigInteger('first_at').notNullable().comment('Milliseconds');
    table.bigInteger('last_at').notNullable().comment('Milliseconds');
    table
      .bigInteger('resource_version')
      .notNullable()
      .comment('Of the latest occurrence');

    table.unique(['cluster', 'uid', 'reason', 'message_hash'], {
      indexName: 'resource_events_same_uniq',
    });
    table.index(
      ['cluster', 'uid', 'resource_version'],
      'resource_events_object_idx',
    );
    table.index(['last_at'], 'resource_events_last_idx');
  });

  await knex.schema.createTable('snapshots', table => {
    table.comment('Content-addressed archives');
    table.string('digest', 128).primary();
    table.string('content_id', 64).notNullable();
    table.bigInteger('size').notNullable().comment('Bytes');
    table.integer('chunk_size').notNullable().comment('Bytes');
    table
      .bigInteger('last_used_at')
      .notNullable()
      .comment('Milliseconds; the grace period of the clean-up counts from it');
    table.index(['last_used_at'], 'snapshots_used_idx');
  });

  await knex.schema.createTable('snapshot_uploads', table => {
    table.comment('Contents that are being written; not yet a snapshot');
    table.string('content_id', 64).primary();
    table.bigInteger('touched_at').notNullable().comment('Milliseconds');
  });

  await knex.schema.createTable('snapshot_chunks', table => {
    table.comment('Bytes of snapshots and uploads');
    table.string('content_id', 64).notNullable();
    table.integer('position').notNullable();
    table.binary('content').notNullable();
    table.primary(['content_id', 'position']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('snapshot_chunks');
  await knex.schema.dropTable('snapshot_uploads');
  await knex.schema.dropTable('snapshots');
  await knex.schema.dropTable('resource_events');
  await knex.schema.dropTable('resource_revisions');
  await knex.schema.dropTable('resource_owners');
  await knex.schema.dropTable('resource_labels');
  await knex.schema.dropTable('resources');
  await knex.schema.dropTable('resource_stores');
};
