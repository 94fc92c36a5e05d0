import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const SOURCES = join(__dirname, '..');
/** Attributes that people read or hear. */
const READ = [
  'alt',
  'aria-description',
  'aria-label',
  'caption',
  'description',
  'hint',
  'label',
  'placeholder',
  'title',
];
/** Addresses that serve as examples are the same in all languages. */
const WORD = /^(?!\w+:\/\/).*[A-Za-z]{2,}/s;

/** Texts in the markup of a file that do not come from the translations. */
function literalsIn(name: string, text: string): string[] {
  const file = ts.createSourceFile(
    name,
    text,
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.TSX,
  );
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node) && WORD.test(node.text)) {
      found.push(node.text.trim());
    }
    if (
      ts.isJsxAttribute(node) &&
      READ.includes(node.name.getText(file)) &&
      node.initializer
    ) {
      const value = ts.isJsxExpression(node.initializer)
        ? node.initializer.expression
        : node.initializer;
      if (value && ts.isStringLiteralLike(value) && WORD.test(value.text)) {
        found.push(value.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function components(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name.startsWith('__') ? [] : components(path);
    }
    return /(?<!\.test)\.tsx$/.test(entry.name) ? [path] : [];
  });
}

describe('components', () => {
  it('have no text of their own', () => {
    const files = components(SOURCES);
    expect(files.length).toBeGreaterThan(50);
    const left = files.flatMap(path =>
      literalsIn(path, readFileSync(path, 'utf8')).map(
        text => `${relative(SOURCES, path)}: ${text}`,
      ),
    );
    expect(left).toEqual([]);
  });

  it('would be found out', () => {
    expect(
      literalsIn(
        'a.tsx',
        'const a = <p title="Read me" className="row" hint={`so`}>Words {t("x")} 5 %</p>;',
      ),
    ).toEqual(['Read me', 'so', 'Words']);
  });
});
