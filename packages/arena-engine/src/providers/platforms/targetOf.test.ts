import { ProviderSpec } from '../../bundle/schemas/provider';
import { targetOf } from './targetOf';

describe('targetOf', () => {
  it.each<[ProviderSpec, string]>([
    [{ type: 'openai' }, 'openai'],
    [{ type: 'vllm' }, 'openai'],
    [{ type: 'claude' }, 'claude'],
    [{ type: 'anthropic' }, 'claude'],
    [{ type: 'gemini' }, 'gemini'],
    [{ type: 'ollama' }, 'ollama'],
    [{ type: 'claude', platform: { type: 'bedrock' } }, 'claude bedrock'],
    [{ type: 'claude', platform: { type: 'aws' } }, 'claude bedrock'],
    [{ type: 'openai', platform: { type: 'azure' } }, 'openai azure'],
    [{ type: 'gemini', platform: { type: 'gcp' } }, 'gemini vertex'],
    [{ type: 'bedrock', model: 'anthropic.claude-x' }, 'claude bedrock'],
    [{ type: 'bedrock', model: 'openai.gpt-oss-20b' }, 'openai bedrock'],
    [{ type: 'vertex', model: 'gemini-x' }, 'gemini vertex'],
    [{ type: 'vertex', model: 'claude-x' }, 'claude vertex'],
    [{ type: 'azure-ai', model: 'gpt-x' }, 'openai azure'],
  ])('reads %j', (spec, expected) => {
    const { dialect, platform } = targetOf(spec);
    expect([dialect, platform].filter(Boolean).join(' ')).toBe(expected);
  });

  it('says what a cloud serves instead', () => {
    expect(() =>
      targetOf({ type: 'gemini', platform: { type: 'azure' } }),
    ).toThrow(
      'type gemini is not served by platform azure: allowed are openai and claude',
    );
  });
});
