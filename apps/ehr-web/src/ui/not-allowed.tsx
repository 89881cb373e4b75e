import { ShieldX } from 'lucide-react';
import { answerWith } from '../http/answer-with.ts';
import { Notice } from './notice.tsx';

/** Tells that somebody's role does not include this. */
export async function NotAllowed({
  what,
  inPage = true,
}: {
  readonly what: string;
  readonly inPage?: boolean;
}) {
  await answerWith(403);
  return (
    <Notice
      icon={<ShieldX size={26} strokeWidth={1.6} />}
      title={`Your role does not let you ${what}`}
      alert
      inPage={inPage}
    >
      If your work needs it, ask whoever gives out roles here.
    </Notice>
  );
}
