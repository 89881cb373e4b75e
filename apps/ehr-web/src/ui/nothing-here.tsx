import { MapPinOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Notice } from './notice.tsx';

/** Tells that an address leads nowhere; `children` what else could be done. */
export function NothingHere({ children }: { readonly children?: ReactNode }) {
  return (
    <Notice
      icon={<MapPinOff size={26} strokeWidth={1.6} />}
      title="Nothing here"
      action={{ href: '/patients', label: 'Search patients' }}
    >
      This address leads to no page and no record. The patient may have been opened from an old link.
      {children}
    </Notice>
  );
}
