import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpus } from './corpus.ts';

const { open, sealed } = corpus(1);
const all = [...open.leaks, ...open.lookAlikes, ...sealed.leaks, ...sealed.lookAlikes];

/** What no source file may hold: a whole token of a vendor, or a key. */
const wholeSecrets: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_[A-Za-z0-9_]{60,}/,
  /\bglpat-[A-Za-z0-9_-]{20}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[A-Za-z0-9_-]{35}/,
  /\bGOCSPX-[A-Za-z0-9_-]{28}/,
  /\bxox[abeoprs]-[0-9]{8,}/,
  /hooks\.slack\.com\/services\/T[A-Z0-9]{6,}/,
  /\b[prs]k_live_[A-Za-z0-9]{20,}/,
  /\bSG\.[A-Za-z0-9_-]{20,}\./,
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bsk-(?:proj|ant)-[A-Za-z0-9_-]{20,}/,
  /\bhf_[A-Za-z]{30,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}/,
  /AGE-SECRET-KEY-1[A-Z0-9]{20,}/,
  /-----BEGIN [A-Z ]+-----(?:\\r|\\n|\s)*[A-Za-z0-9+/]{40}/,
];

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(`${import.meta.dirname}/${name}`, 'utf8') }));

/** Long runs that mix small letters, capitals and digits as random ones do. */
function randomRuns(text: string): string[] {
  return (text.match(/[A-Za-z0-9+/_-]{28,}/g) ?? []).filter(
    (run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && (run.match(/[0-9]/g)?.length ?? 0) > 2,
  );
}

describe('the corpus', () => {
  it('has 100 leaks and 100 look-alikes, 30 % of each sealed', () => {
    expect([open.leaks, open.lookAlikes, sealed.leaks, sealed.lookAlikes].map((part) => part.length)).toEqual(
      [70, 70, 30, 30],
    );
  });

  it('names every case once', () => {
    expect(new Set(all.map((one) => one.name)).size).toBe(all.length);
  });

  it('puts something into every image, at a path inside it', () => {
    for (const { name, file, env, cmd, labels, history } of all) {
      expect(
        [file, env, cmd, labels, history].filter((part) => part !== undefined),
        name,
      ).toHaveLength(1);
      if (file !== undefined) expect(file.path, name).toMatch(/^app\/(?!.*\.\.)/);
      if (file !== undefined) expect(file.content.length, name).toBeGreaterThan(0);
    }
  });

  it('is the same for the same seed, and another one for another', () => {
    expect(corpus(1)).toEqual({ open, sealed });
    expect(corpus(2)).not.toEqual({ open, sealed });
  });

  it('left no gap in a text', () => {
    for (const { name, file, ...config } of all) {
      const text =
        file === undefined ? JSON.stringify(config) : Buffer.from(file.content as string).toString();
      expect(text, name).not.toMatch(/\bundefined[A-Za-z0-9]|\[object |NaN\b/);
    }
  });

  it.each(sources)('has no whole secret in $name', ({ text }) => {
    for (const pattern of wholeSecrets) expect(text).not.toMatch(pattern);
    expect(randomRuns(text)).toEqual([]);
  });
});
