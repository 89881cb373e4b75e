import { describe, expect, it } from 'vitest';
import { newHolder } from '../session/seal.ts';
import { glassDraftCookie, glassDraftIn, openedCookie, openedUntil } from './glass-cookies.ts';
import { NOTHING_ASKED } from './glass-request.ts';

const whose = { holder: newHolder(), patient: 'p1' };
const others = [{ ...whose, holder: newHolder() }, { ...whose, patient: 'p2' }]; // prettier-ignore
const valueOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';'));

describe('a refused form', () => {
  const draft = { asked: { reason: '中'.repeat(500), minutes: '30' }, errors: { reason: 'Why?' } };

  it('comes back under its key, to its session and patient', async () => {
    const cookie = await glassDraftCookie('k1', draft, whose, true);
    expect(await glassDraftIn(valueOf(cookie), 'k1', whose)).toEqual(draft);
    for (const key of ['k2', undefined]) expect(await glassDraftIn(valueOf(cookie), key, whose)).toBe(NOTHING_ASKED); // prettier-ignore
    for (const other of others) expect(await glassDraftIn(valueOf(cookie), 'k1', other)).toBe(NOTHING_ASKED);
    expect(await glassDraftIn(undefined, undefined, whose)).toBe(NOTHING_ASKED);
  });

  it('is kept from scripts and other pages, and fits a cookie', async () => {
    const cookie = await glassDraftCookie('6d2c1f5e-0000-4000-8000-000000000000', draft, whose, true);
    expect(cookie).toMatch(/Path=\/patients\/p1\/break-glass; Max-Age=300; HttpOnly; SameSite=Lax; Secure$/u);
    expect(cookie.length).toBeLessThan(4096);
  });
});

describe('until when records are open', () => {
  it('is known to that session of that patient, until then', async () => {
    const until = new Date(Date.now() + 60_000);
    const cookie = await openedCookie(until, whose, false);
    expect(cookie).toMatch(
      /^ehr-opened-chart=[\w-]+; Path=\/patients\/p1; Max-Age=60; HttpOnly; SameSite=Lax$/u,
    );
    expect(await openedUntil(valueOf(cookie), whose)).toEqual(until);
    for (const other of others) expect(await openedUntil(valueOf(cookie), other)).toBeUndefined();
    expect(await openedUntil(undefined, whose)).toBeUndefined();
    const over = await openedCookie(new Date(Date.now() - 1), whose, false);
    expect([over.includes('Max-Age=0;'), await openedUntil(valueOf(over), whose)]).toEqual([true, undefined]);
  });
});
