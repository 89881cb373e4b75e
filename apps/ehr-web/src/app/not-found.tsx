import { NothingHere } from '../ui/nothing-here.tsx';

/** The page for an address that does not exist. */
export default function NotFound() {
  return <NothingHere />;
}
