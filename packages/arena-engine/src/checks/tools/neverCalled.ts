import { CheckDefinition, constant, verdict } from '../Check';
import { quoted } from '../quoted';
import { readToolNames } from './toolNames';

/** Fails as soon as one of the tools was called, whatever came of it. */
export function neverCalled(
  scoreWithoutNames: number,
): CheckDefinition['prepare'] {
  return params => {
    const banned = readToolNames(params);
    if (banned.length === 0) {
      return constant({
        score: scoreWithoutNames,
        explanation: 'No tool names are given',
      });
    }
    return ({ toolCalls }) => {
      const called = toolCalls.find(({ name }) => banned.includes(name));
      return verdict(
        !called,
        called
          ? `${called.name} was called`
          : `None was called of ${quoted(banned)}`,
      );
    };
  };
}
