import { type Level, log } from './log.ts';

const LEVELS = {
  debug: 'debug',
  info: 'info',
  log: 'info',
  warn: 'warn',
  error: 'error',
  trace: 'debug',
} as const;

/**
 * Next prints its banner and every uncaught error through the console, as plain text. This makes JSON lines of
 * them: errors described without their messages, and URLs without their queries, which hold what was searched.
 */
export function sendConsoleToLog(
  target: Partial<Record<keyof typeof LEVELS, (...parts: unknown[]) => void>> = console,
): void {
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, Level][])
    target[method] = (...parts) => {
      const message = parts
        .filter((part) => typeof part === 'string')
        .map(clean)
        .join(' ')
        .trim();
      const err = parts.find((part) => part instanceof Error);
      if (message !== '' || err) log(level, message === '' ? 'error' : message, { err });
    };
}

function clean(text: string): string {
  return (
    text
      .replaceAll(/\u001b\[[0-9;]*m/gu, '')
      .replaceAll(/\?[^\s"'<>]+/gu, '?…')
      // After "Error:" comes a message that nobody has checked.
      .replaceAll(/(\b[A-Z]\w*Error|\bError):[^]*/gu, '$1')
      .replaceAll(/\s+/gu, ' ')
  );
}
