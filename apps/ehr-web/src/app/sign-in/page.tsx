import { Button } from '@mantine/core';
import { LogIn, TriangleAlert } from 'lucide-react';
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import type { RawQuery } from '../../records/patient-query.ts';
import { signInAt } from '../../session/issuer.ts';
import { ownPath, type Why, whyOf } from '../../session/own-path.ts';
import { visitor } from '../../session/visitor.ts';
import { Misconfigured } from '../../ui/misconfigured.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SessionField } from '../../ui/session-field.tsx';
import { Unreachable } from '../../ui/unreachable.tsx';

/** Title of the page. */
export const metadata: Metadata = { title: 'Sign in' };

const words: Readonly<Record<Why, readonly [string, string]>> = {
  locked: ['Locked', 'Nobody used this page for a while. Sign in again and go on where you were.'],
  out: ['You are signed out', 'Close the browser, too, if others use this computer.'],
  everywhere: ['You are signed out everywhere', 'No computer or phone shows your patients any more.'],
  'not-out': ['You may still be signed in', 'The record service did not answer. Try to sign out again in a moment, and do not leave this computer until then.'],
  failed: ['You are not signed in', 'Something went wrong on the way. Try again; if it happens again, tell whoever runs this site.'],
  denied: ['You may not use this site', 'You are known, and have no access here. Ask whoever runs this site for a role, or sign in as somebody else.'],
}; // prettier-ignore

function NotOut() {
  const [title, text] = words['not-out'];
  return (
    <Notice icon={<TriangleAlert size={26} strokeWidth={1.6} />} title={title} alert>
      {text}
      <form action="/sign-out" method="post">
        <SessionField />
        <Button type="submit" name="why" value="out" mt={16}>
          Sign out again
        </Button>
        <Button type="submit" name="why" value="everywhere" variant="subtle" mt={16}>
          Sign out everywhere
        </Button>
      </form>
    </Notice>
  );
}

/** Asks to sign in, which the issuer does; works without JavaScript. */
export default async function SignInPage({ searchParams }: { readonly searchParams: Promise<RawQuery> }) {
  const raw = await searchParams;
  const to = ownPath([raw['to']].flat()[0]);
  const why = whyOf([raw['why']].flat()[0]);
  const at = await signInAt();
  if (at.kind === 'unreachable') return <Unreachable retry={to} inPage={false} />;
  if (at.kind !== 'ok') return <Misconfigured inPage={false} />;
  if (at.value.issuer === null) redirect(to);
  // A page that nobody used leads here: that is no use of it.
  if (why === undefined && (await visitor()).kind === 'signed-in') redirect(to);
  if (why === 'not-out') return <NotOut />;
  const [title, text] =
    why === undefined ? ['Sign in', 'Patient records are shown to people who are signed in.'] : words[why];
  return (
    <Notice
      icon={<LogIn size={26} strokeWidth={1.6} />}
      title={title}
      alert={why === 'failed' || why === 'denied'}
      action={{
        href: `/sign-in/start?${new URLSearchParams({ to }).toString()}`,
        label: why === 'locked' ? 'Unlock' : 'Sign in',
        isMain: true,
      }}
    >
      {text}
    </Notice>
  );
}
