import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { FakeArenaApi, FakeContent, object, source } from '../../__testUtils__';
import { apiError } from '../../__testUtils__/apiError';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { ArenaProviderPicker } from './ArenaProviderPicker';
import { ArenaScenarioPicker } from './ArenaScenarioPicker';
import { ArenaSourcePicker } from './ArenaSourcePicker';
import { PickerProps } from './pickerOptions';

const REFUND = 'scenarios/refund.yaml';

function demoApi() {
  return new FakeArenaApi({
    objects: [
      source('support'),
      source('other', { namespace: 'team' }),
      object('Provider', 'small'),
      object('Provider', 'large', { namespace: 'shared' }),
    ],
    contents: {
      support: new FakeContent({
        revisions: [
          {
            files: {
              'config.arena.yaml': 'kind: Arena\n',
              [REFUND]: 'kind: Scenario\nspec:\n  turns: []\n',
            },
          },
        ],
      }),
    },
  });
}

/** A field as the form of a template shows it. */
function Field<T>(props: {
  component: (props: PickerProps<T>) => JSX.Element;
  title: string;
  form?: object;
  value?: T;
  onValue?: (value: T | undefined) => void;
}) {
  const { component: Component, title, form = {}, onValue } = props;
  const [value, setValue] = useState(props.value);
  const all = {
    name: 'field',
    schema: { title },
    uiSchema: {},
    formContext: { formData: form },
    formData: value,
    onChange: (next: T | undefined) => {
      setValue(next);
      onValue?.(next);
    },
  } as unknown as PickerProps<T>;
  return <Component {...all} />;
}

async function options(name: RegExp): Promise<string[]> {
  await userEvent.click(await screen.findByRole('button', { name }));
  const found = await screen.findAllByRole('option');
  return found.map(({ textContent }) => textContent ?? '');
}

describe('fields of scaffolder templates', () => {
  it('offers the sources of the namespace that the form says', async () => {
    const onValue = jest.fn();
    renderArena(
      <Field
        component={ArenaSourcePicker}
        title="Source"
        form={{ namespace: 'team' }}
        onValue={onValue}
      />,
      { api: demoApi() },
    );
    expect(await options(/Source/)).toEqual(['other']);
    await userEvent.click(screen.getByRole('option', { name: 'other' }));
    expect(onValue).toHaveBeenLastCalledWith('other');
    expect(await violations()).toEqual([]);
  });

  it('keeps a source that does not exist yet', async () => {
    renderArena(
      <Field component={ArenaSourcePicker} title="Source" value="later" />,
      { api: demoApi() },
    );
    expect(await options(/Source/)).toEqual(['support', 'later']);
  });

  it('offers the scenarios of the chosen source', async () => {
    const onValue = jest.fn();
    renderArena(
      <Field<string[]>
        component={ArenaScenarioPicker}
        title="Scenarios"
        form={{ source: 'support' }}
        onValue={onValue}
      />,
      { api: demoApi() },
    );
    expect(await options(/Scenarios/)).toEqual([REFUND]);
    await userEvent.click(screen.getByRole('option', { name: REFUND }));
    expect(onValue).toHaveBeenLastCalledWith([REFUND]);
  });

  it('offers providers, and gives them as a job wants them', async () => {
    const onValue = jest.fn();
    renderArena(
      <Field
        component={ArenaProviderPicker}
        title="Models"
        onValue={onValue}
      />,
      { api: demoApi() },
    );
    expect(await options(/Models/)).toEqual(['shared/large', 'small']);
    await userEvent.click(screen.getByRole('option', { name: 'small' }));
    await userEvent.click(screen.getByRole('option', { name: 'shared/large' }));
    expect(onValue).toHaveBeenLastCalledWith([
      { providerRef: { name: 'small' } },
      { providerRef: { name: 'large', namespace: 'shared' } },
    ]);
  });

  it('takes any name where the server cannot be asked, and says why', async () => {
    const api = demoApi();
    api.failures.set(
      'list',
      apiError(403, 'NotAllowedError', 'You may not read sources'),
    );
    const onValue = jest.fn();
    renderArena(
      <Field component={ArenaSourcePicker} title="Source" onValue={onValue} />,
      { api },
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'You may not read sources',
    );
    await userEvent.type(screen.getByRole('textbox', { name: 'Source' }), 'a');
    await waitFor(() => expect(onValue).toHaveBeenLastCalledWith('a'));
  });
});
