import { Skeleton, VisuallyHidden } from '@mantine/core';
import panel from '../../ui/panel.module.css';

export default function Loading() {
  return (
    <div role="status">
      <VisuallyHidden>Loading patients</VisuallyHidden>
      <Skeleton height={34} width={180} mb={10} />
      <Skeleton height={18} width={320} maw="100%" mb={28} />
      <Skeleton height={104} mb={20} />
      <div className={panel['panel']}>
        {[1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} height={40} m={16} w="auto" />
        ))}
      </div>
    </div>
  );
}
