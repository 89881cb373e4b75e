import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  backgroundProcess,
  processIdentity,
  startBackgroundProcess,
  stopBackgroundProcess,
} from './background-process.ts';
import { sandboxPath } from './workspace.ts';

const name = 'spec-sleep';

describe.skipIf(process.platform !== 'linux')('background processes', () => {
  it('are found again, and stopped', async () => {
    startBackgroundProcess(name, 'sleep', ['60']);
    const pid = backgroundProcess(name);
    expect(pid).toBeGreaterThan(1);
    expect(await stopBackgroundProcess(name)).toBe(true);
    // It may still wait to be collected: its number is taken then, and it runs no more.
    expect(processIdentity(pid!)).toBeUndefined();
    expect(await stopBackgroundProcess(name)).toBe(false);
  });

  it('are not mistaken for another process that got their number', async () => {
    startBackgroundProcess(name, 'sleep', ['60']);
    const record = sandboxPath('run', `${name}.json`);
    const written = readFileSync(record, 'utf8');
    try {
      writeFileSync(record, written.replace(/"identity":"[^"]*"/, '"identity":"earlier boot/1"'));
      expect(backgroundProcess(name)).toBeUndefined();
    } finally {
      writeFileSync(record, written);
      await stopBackgroundProcess(name);
    }
  });
});
