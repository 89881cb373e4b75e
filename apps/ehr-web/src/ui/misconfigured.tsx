import { Unplug } from 'lucide-react';
import { answerWith } from '../http/answer-with.ts';
import { Notice } from './notice.tsx';

/** Tells that the records found are not this site's, so that waiting helps nobody. */
export async function Misconfigured({ inPage = true }: { readonly inPage?: boolean }) {
  await answerWith(503);
  return (
    <Notice
      icon={<Unplug size={26} strokeWidth={1.6} />}
      title="This site is misconfigured"
      alert
      inPage={inPage}
    >
      It is connected to a record service that is not its own, so nothing is shown and nothing was saved.
      Trying again will not help: tell whoever runs this site to correct EHR_API_URL; its health report says
      what is wrong.
    </Notice>
  );
}
