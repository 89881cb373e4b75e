import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrations } from './migrations/index.ts';
import { schemaOf } from './schema.ts';

describe('schemaOf', () => {
  it('is the number of the last migration; the next one leaves this code working', () => {
    const named = (name: string) => ({ name, statements: [] });
    expect(schemaOf([named('0001-a'), named('0002-b')])).toEqual({ lowest: 0, own: 2, highest: 3 });
    expect(schemaOf([])).toEqual({ lowest: 0, own: 0, highest: 1 });
  });

  it('is what the image says in its labels', () => {
    const dockerfile = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8');
    const label = (name: string) =>
      Number(new RegExp(`connect\\.ehr\\.${name}="(\\d+)"`).exec(dockerfile)?.[1]);
    expect({
      lowest: label('schema-lowest'),
      own: label('schema'),
      highest: label('schema-highest'),
    }).toEqual(schemaOf(migrations));
  });

  it('numbers migrations without a gap, from 0001 on', () => {
    expect(migrations.map(({ name }) => Number(name.slice(0, 4)))).toEqual(
      migrations.map((_, index) => index + 1),
    );
    expect(migrations.every(({ name }) => /^\d{4}-[a-z-]+$/.test(name))).toBe(true);
  });
});
