import { parse } from 'yaml';
import type { SourceFile } from '../lint/finding.ts';

interface Input {
  readonly type?: string;
  readonly options?: readonly string[];
}

/** What is wrong with the words after `gh`: workflows, their inputs, and the names of settings. */
export function checkGh(words: readonly string[], pipeline: readonly SourceFile[]): string | undefined {
  const [noun = '', verb = '', name = ''] = words;
  const flag = words.findIndex((word) => /^(?:-w|--workflow)$/.test(word));
  const workflow =
    noun === 'workflow' ? name : flag < 0 ? /--workflow=(\S+)/.exec(words.join(' '))?.[1] : words[flag + 1];
  if (workflow !== undefined && workflow !== '') {
    const file = pipeline.find(({ path }) => path.endsWith(`/workflows/${workflow}`));
    if (file === undefined) return `there is no workflow ${workflow}`;
    if (noun === 'workflow' && verb === 'run') return checkInputs(words, file);
  }
  if ((noun !== 'secret' && noun !== 'variable') || verb !== 'set') return undefined;
  const setting = `${noun === 'secret' ? 'secrets' : 'vars'}.${name}`;
  return pipeline.some(({ content }) => content.includes(setting))
    ? undefined
    : `no workflow reads ${setting}`;
}

function checkInputs(words: readonly string[], { content }: SourceFile): string | undefined {
  const { on } = parse(content) as { on: { workflow_dispatch?: { inputs?: Record<string, Input> } } | null };
  if (on?.workflow_dispatch === undefined) return 'the workflow cannot be started by hand';
  for (const [index, word] of words.entries()) {
    if (!/^(?:-f|--field|-F|--raw-field)$/.test(word)) continue;
    const [key = '', value = ''] = (words[index + 1] ?? '').split('=');
    const input = on.workflow_dispatch.inputs?.[key];
    if (input === undefined) return `the workflow has no input ${key}`;
    const options = input.type === 'boolean' ? ['true', 'false'] : input.options;
    if (options?.includes(value) === false) return `${key} cannot be ${value}`;
  }
  return undefined;
}
