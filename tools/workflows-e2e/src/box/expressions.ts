import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** `github`, `env`, `secrets` … as plain values. */
export type Contexts = Readonly<Record<string, unknown>>;

/** How the job stands, for the status functions of a condition. */
export interface Status {
  readonly failed: boolean;
  readonly cancelled: boolean;
}

const NAMES = 'github env vars secrets inputs matrix needs steps job runner strategy'.split(' ');
const STATUS_FUNCTION = /\b(success|failure|always|cancelled)\s*\(/;

/** What GitHub's own evaluator makes of an expression (without the `${{ }}`). Unknown properties are null, as there. */
function evaluate(
  expression: string,
  contexts: Contexts,
  status: Status = { failed: false, cancelled: false },
): unknown {
  const answer = (value: boolean) => () => new data.BooleanData(value);
  const functions = [
    { name: 'success', minArgs: 0, maxArgs: 0, call: answer(!status.failed && !status.cancelled) },
    { name: 'failure', minArgs: 0, maxArgs: 0, call: answer(status.failed && !status.cancelled) },
    { name: 'cancelled', minArgs: 0, maxArgs: 0, call: answer(status.cancelled) },
    { name: 'always', minArgs: 0, maxArgs: 0, call: answer(true) },
    // Of which files does not matter here: a key is a key.
    { name: 'hashFiles', minArgs: 1, maxArgs: 255, call: () => new data.StringData('hash-of-files') },
  ];
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, NAMES, functions).parse();
  const full = { ...Object.fromEntries(NAMES.map((name) => [name, {}])), ...contexts };
  const dictionary = JSON.parse(JSON.stringify(full), data.reviver) as data.Dictionary;
  const result = new Evaluator(
    tree,
    dictionary,
    new Map(functions.map((one) => [one.name.toLowerCase(), one])),
  ).evaluate();
  return JSON.parse(JSON.stringify(result, data.replacer) ?? 'null');
}

/** A condition as GitHub reads it: with or without `${{ }}`, and `success()` unless it asks for a status itself. */
export function isTrue(condition: unknown, contexts: Contexts, status: Status): boolean {
  if (condition === undefined) return !status.failed && !status.cancelled;
  const text = asText(condition).trim();
  const bare = /^\$\{\{([\s\S]*)\}\}$/.exec(text)?.[1] ?? text;
  const value = evaluate(bare, contexts, status);
  const isTruthy = value !== null && value !== false && value !== 0 && value !== '';
  return STATUS_FUNCTION.test(bare) ? isTruthy : isTruthy && !status.failed && !status.cancelled;
}

/**
 * Every `${{ }}` in a value, and in what it is made of; a value that is one expression keeps its type.
 * @throws for an expression that GitHub cannot read
 */
export function resolve(value: unknown, contexts: Contexts): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, contexts));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, contexts)]));
  }
  if (typeof value !== 'string') return value;
  const whole = /^\$\{\{((?:(?!\}\})[\s\S])*)\}\}$/.exec(value.trim());
  if (whole !== null) return evaluate(whole[1] ?? '', contexts);
  return value.replace(/\$\{\{([\s\S]*?)\}\}/g, (_, expression: string) =>
    asText(evaluate(expression, contexts)),
  );
}

/** As GitHub writes a value into a text: null is nothing. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
