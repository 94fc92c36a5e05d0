import { workflowSchema } from '../bundle/schemas/workflow';
import { Artifacts } from './Artifacts';

const { states } = workflowSchema.parse({
  entry: 'write',
  states: {
    write: { artifacts: { text: { mode: 'append' }, title: {} } },
    rewrite: { artifacts: { text: { mode: 'replace' } } },
    read: {},
  },
});

describe('Artifacts', () => {
  it('are empty until they are set', () => {
    expect(new Artifacts(states).variables()).toEqual({
      'artifacts.text': '',
      'artifacts.title': '',
    });
  });

  it('are replaced or grow, as the current state says', () => {
    const artifacts = new Artifacts(states);
    artifacts.set('text', 'one', 'write');
    artifacts.set('text', 'two', 'write');
    artifacts.set('title', 'A', 'write');
    artifacts.set('title', 'B', 'write');
    expect(artifacts.variables()).toEqual({
      'artifacts.text': 'one\ntwo',
      'artifacts.title': 'B',
    });
    artifacts.set('text', 'three', 'rewrite');
    expect(artifacts.variables()).toMatchObject({ 'artifacts.text': 'three' });
  });

  it('keep the mode of whoever declares them in other states', () => {
    const artifacts = new Artifacts(states);
    artifacts.set('text', 'one', 'read');
    artifacts.set('text', 'two', 'read');
    expect(artifacts.variables()).toMatchObject({
      'artifacts.text': 'one\ntwo',
    });
  });
});
