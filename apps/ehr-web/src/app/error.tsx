'use client';

import { TriangleAlert } from 'lucide-react';
import { Notice } from '../ui/notice.tsx';

/** For faults of ours. What the record service refuses or misses, the pages say themselves. */
export default function ErrorPage({ error }: { readonly error: Error & { digest?: string } }) {
  return (
    <Notice
      icon={<TriangleAlert size={26} strokeWidth={1.6} />}
      title="Something went wrong on our side"
      action={{ href: '/patients', label: 'Back to patients' }}
      alert
    >
      Nothing was changed. If it happens again, tell support the number {error.digest ?? '–'}.
    </Notice>
  );
}
