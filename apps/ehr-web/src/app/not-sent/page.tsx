import { FileX } from 'lucide-react';
import type { Metadata } from 'next';
import type { RawQuery } from '../../records/patient-query.ts';
import { ownPath } from '../../session/own-path.ts';
import { visitor } from '../../session/visitor.ts';
import { Notice } from '../../ui/notice.tsx';

/** Title of the page. */
export const metadata: Metadata = { title: 'Nothing was saved' };

/** Tells that a form was sent from the page of another session. */
export default async function NotSentPage({ searchParams }: { readonly searchParams: Promise<RawQuery> }) {
  const to = ownPath([(await searchParams)['to']].flat()[0]);
  const who = await visitor();
  return (
    <Notice
      icon={<FileX size={26} strokeWidth={1.6} />}
      title="Nothing was saved"
      action={{ href: to, label: 'Load it again', isMain: true }}
      alert
    >
      The page that this was sent from was loaded before somebody signed in here
      {who.kind === 'signed-in' ? (
        <>
          {' '}
          as <strong>{who.session.person.name}</strong>
        </>
      ) : null}
      . Load it again, so that nothing is done in somebody else’s name.
    </Notice>
  );
}
