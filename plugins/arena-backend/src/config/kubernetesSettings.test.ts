import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const file = resolve(__dirname, 'KubernetesClusterConfig.ts');
const page = resolve(__dirname, '../../../../docs/kubernetes.md');

/** Paths of all fields of a type, in dots; of a union those of all its members. */
function fieldsOf(type: ts.TypeNode, source: ts.SourceFile): string[] {
  if (ts.isUnionTypeNode(type)) {
    return type.types.flatMap(member => fieldsOf(member, source));
  }
  if (ts.isTypeReferenceNode(type)) {
    const alias = source.statements
      .filter(ts.isTypeAliasDeclaration)
      .find(({ name }) => name.text === type.typeName.getText(source));
    return alias ? fieldsOf(alias.type, source) : [];
  }
  return ts.isTypeLiteralNode(type) ? fieldsIn(type.members, source) : [];
}

function fieldsIn(
  members: ts.NodeArray<ts.TypeElement>,
  source: ts.SourceFile,
): string[] {
  return members.filter(ts.isPropertySignature).flatMap(({ name, type }) => {
    const own = name.getText(source);
    const below = type ? fieldsOf(type, source) : [];
    return below.length > 0 ? below.map(path => `${own}.${path}`) : [own];
  });
}

describe('docs/kubernetes.md', () => {
  it('has every setting of a cluster, and no other', () => {
    const source = ts.createSourceFile(
      file,
      readFileSync(file, 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const config = source.statements
      .filter(ts.isInterfaceDeclaration)
      .find(({ name }) => name.text === 'KubernetesClusterConfig')!;
    const settings = fieldsIn(config.members, source);
    expect(settings).toContain('worker.image');

    const [, table] = readFileSync(page, 'utf8').split(
      'Below `arena.clusters[]`:',
    );
    const rows = table.trim().split('\n\n')[0].split('\n').slice(2);
    const documented = rows.flatMap(row =>
      [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect([...documented].sort()).toEqual([...new Set(settings)].sort());
  });
});
