import { rowScenario } from './rowScenario';

const options = { id: 'row-1', taskType: 'support' };

describe('rowScenario', () => {
  it('lets the user say the text of a row', () => {
    expect(rowScenario({ text: 'Where is\nmy parcel?' }, options)).toEqual({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Scenario',
      metadata: { name: 'row-1' },
      spec: {
        task_type: 'support',
        description: 'Where is my parcel?',
        turns: [{ role: 'user', content: 'Where is\nmy parcel?' }],
      },
    });
  });

  it('lets the user say what the user of a dialogue said', () => {
    const messages = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: 'Bye' },
    ];
    expect(rowScenario({ messages }, options).spec.turns).toEqual([
      { role: 'user', content: 'Hello' },
      { role: 'user', content: 'Bye' },
    ]);
  });

  it('puts fields together as it is told, and makes labels of others', () => {
    const row = { subject: 'Late', body: 'My tent', stars: 2, kind: 'x' };
    const scenario = rowScenario(row, {
      ...options,
      text: '{{ subject }} ({{stars}}): {{body}}',
      labels: ['kind'],
    });
    expect(scenario.metadata.labels).toEqual({ kind: 'x' });
    expect(scenario.spec.turns[0].content).toBe('Late (2): My tent');
  });

  it('says which fields there are', () => {
    expect(() => rowScenario({ a: 1, b: 2 }, options)).toThrow(
      /row-1: the user would say nothing.*it has a, b$/,
    );
    expect(() => rowScenario({ a: 1 }, { ...options, text: '{{c}}' })).toThrow(
      "'c' is no field of the row: it has a",
    );
  });
});
