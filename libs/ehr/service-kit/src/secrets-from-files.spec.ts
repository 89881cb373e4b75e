import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretsFromFiles } from './secrets-from-files.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ehr-secrets-'));
  writeFileSync(join(directory, 'url'), 'postgres://ehr:hunter2@db/ehr\n');
  writeFileSync(join(directory, 'empty'), '\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (environment: Record<string, string>) =>
  secretsFromFiles(environment, ['DATABASE_URL'], (path) => readFileSync(path, 'utf8'));

describe('secretsFromFiles', () => {
  it('reads the file that DATABASE_URL_FILE names, and no other', () => {
    const environment = { DATABASE_URL_FILE: join(directory, 'url'), OTHER_FILE: 'gone', PORT: '1' };
    expect(read(environment)).toEqual({ ...environment, DATABASE_URL: 'postgres://ehr:hunter2@db/ehr' });
    expect(read({ DATABASE_URL: 'x', DATABASE_URL_FILE: '' })['DATABASE_URL']).toBe('x');
  });

  it('says which file cannot be read, or is empty, or is one too many, and repeats nothing of it', () => {
    const gone = join(directory, 'gone');
    expect(() => read({ DATABASE_URL_FILE: gone })).toThrowError(`${gone}, which cannot be read (ENOENT)`);
    expect(() => read({ DATABASE_URL_FILE: join(directory, 'empty') })).toThrowError('which is empty');
    const both = { DATABASE_URL_FILE: join(directory, 'url'), DATABASE_URL: 'postgres://hunter2' };
    expect(() => read(both)).toThrowError(/^(?!.*hunter2).*DATABASE_URL and DATABASE_URL_FILE are both set/u);
  });
});
