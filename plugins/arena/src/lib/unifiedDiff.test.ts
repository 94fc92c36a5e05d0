import { parseDiff } from './unifiedDiff';

describe('parseDiff', () => {
  it('numbers lines before and after the change', () => {
    const patch = `@@ -3,3 +3,4 @@ spec:
   turns:
-    - role: user
+    - role: system
+    - role: user
   done: true
\\ No newline at end of file
@@ -20 +21 @@
-a
+b
`;
    expect(
      parseDiff(patch).map(({ kind, before, after }) => [kind, before, after]),
    ).toEqual([
      ['hunk', undefined, undefined],
      ['same', 3, 3],
      ['removed', 4, undefined],
      ['added', undefined, 4],
      ['added', undefined, 5],
      ['same', 5, 6],
      ['note', undefined, undefined],
      ['hunk', undefined, undefined],
      ['removed', 20, undefined],
      ['added', undefined, 21],
    ]);
  });
});
