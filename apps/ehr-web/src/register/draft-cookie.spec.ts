import { describe, expect, it } from 'vitest';
import { draftCookie, readDraft } from './draft-cookie.ts';

const registration = { given: 'Zoë', family: 'Müller', birthDate: '', sex: '', mrn: '', phone: '' };
const errors = { birthDate: 'Enter the date of birth.' };
const valueOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';'));

describe('the draft of a refused form', () => {
  const cookie = draftCookie('k1', { registration, errors }, true);

  it('comes back under its key', () => {
    expect(readDraft(valueOf(cookie), 'k1')).toEqual({ registration, errors });
  });

  it.each([
    ['another key', valueOf(cookie), 'k2'],
    ['no key', valueOf(cookie), undefined],
    ['no cookie', undefined, 'k1'],
    ['a cookie that is something else', 'e30', 'k1'],
    ['a cookie that is not JSON', '%%%', 'k1'],
  ])('is an empty form for %s', (_title, value, key) => {
    const draft = readDraft(value, key);
    expect([Object.values(draft.registration).join(''), draft.errors]).toEqual(['', {}]);
  });

  it('is kept from scripts and other sites, and fits a cookie even when every field is full', () => {
    expect(cookie).toMatch(/Path=\/patients\/new; Max-Age=300; HttpOnly; SameSite=Strict; Secure$/u);
    const full = Object.fromEntries(Object.keys(registration).map((field) => [field, 'ü'.repeat(101)]));
    expect(draftCookie('k', { registration: full as typeof registration, errors }, true).length).toBeLessThan(
      4096,
    );
  });
});
