import { Unplug } from 'lucide-react';
import { answerWith } from '../http/answer-with.ts';
import { Notice } from './notice.tsx';

/** Tells that the records cannot be reached now, and how to try again. */
export async function Unreachable({
  retry,
  inPage = true,
}: {
  readonly retry: string;
  readonly inPage?: boolean;
}) {
  await answerWith(503);
  return (
    <Notice
      icon={<Unplug size={26} strokeWidth={1.6} />}
      title="The record service is not reachable"
      action={{ href: retry, label: 'Try again' }}
      alert
      inPage={inPage}
    >
      Your data is safe; it just cannot be shown right now. This usually passes within a minute.
    </Notice>
  );
}
