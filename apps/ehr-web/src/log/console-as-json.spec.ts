import { afterEach, describe, expect, it, vi } from 'vitest';
import { sendConsoleToLog } from './console-as-json.ts';

afterEach(() => void vi.restoreAllMocks());

describe('sendConsoleToLog', () => {
  it('prints JSON lines without queries and error messages', () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const target: Partial<Record<'log' | 'error', (...parts: unknown[]) => void>> = {};
    sendConsoleToLog(target);
    target.log?.('\u001b[1m▲ Next.js\u001b[22m', '');
    target.error?.('⨯', new Error('Key (name)=(CANARY)'));
    target.error?.('Failed to fetch http://x/patients?name=CANARY now');
    target.error?.('⨯ TypeError: CANARY is not iterable\n at CANARY');
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed).toMatchObject([
      { level: 'info', service: 'ehr-web', msg: '▲ Next.js' },
      { level: 'error', err: { type: 'Error' }, msg: '⨯' },
      { msg: 'Failed to fetch http://x/patients?… now' },
      { msg: '⨯ TypeError' },
    ]);
    expect(lines.join('')).not.toContain('CANARY');
  });
});
