import { expect, it } from 'vitest';
import { isHolder, keyOf, markOf, newHolder, seal, unseal } from './seal.ts';

const SECRET = 'a secret of this test, which nobody guesses';

it('is opened with the secret and what the browser holds, for its purpose', async () => {
  const [holder, other] = [newHolder(), newHolder()];
  const sealed = await seal({ name: 'Zanarienvogel' }, SECRET, 'session', holder);
  expect(await unseal(sealed, SECRET, 'session', holder)).toEqual({ name: 'Zanarienvogel' });
  expect(await unseal(sealed, `${SECRET}!`, 'session', holder)).toBeUndefined();
  expect(await unseal(sealed, SECRET, 'note', holder)).toBeUndefined();
  expect(await unseal(sealed, SECRET, 'session', other)).toBeUndefined();
  expect(await unseal(sealed.replace(/.$/u, (last) => (last === 'A' ? 'B' : 'A')), SECRET, 'session', holder)).toBeUndefined(); // prettier-ignore
  expect(Buffer.from(sealed, 'base64url').toString()).not.toContain('Zanarienvogel');
});

it.each(['', 'x', '.....', Buffer.from('{"a":1}').toString('base64url')])('opens nothing of %j', async (sealed) => {
  expect(await unseal(sealed, SECRET, 'session', newHolder())).toBeUndefined();
}); // prettier-ignore

it('is found by what tells nothing of it', () => {
  const holder = newHolder();
  expect([isHolder(holder), isHolder(`${holder}=`), isHolder(undefined)]).toEqual([true, false, false]);
  expect(keyOf(holder)).not.toContain(holder.slice(0, 8));
  expect(keyOf(holder, 'a')).not.toBe(keyOf(holder));
});

it('marks what is made for it, by purpose and secret, and gives nothing of itself away', () => {
  const holder = newHolder();
  const mark = markOf(SECRET, 'form', holder);
  expect(mark).toMatch(/^[\w-]{43}$/u);
  expect(mark).toBe(markOf(SECRET, 'form', holder));
  const others = [markOf(SECRET, 'form', newHolder()), markOf(`${SECRET}!`, 'form', holder), markOf(SECRET, 'session', holder), keyOf(holder), holder]; // prettier-ignore
  expect(others).not.toContain(mark);
});
