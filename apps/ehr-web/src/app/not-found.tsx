import { MapPinOff } from 'lucide-react';
import { Notice } from '../ui/notice.tsx';

/** The page for an address that does not exist. */
export default function NotFound() {
  return (
    <Notice
      icon={<MapPinOff size={26} strokeWidth={1.6} />}
      title="Nothing here"
      action={{ href: '/patients', label: 'Search patients' }}
    >
      This address leads to no page and no record. The patient may have been opened from an old link.
    </Notice>
  );
}
