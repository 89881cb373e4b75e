import type { Database } from '../src/database/database.ts';
import { describeAccess } from './describe-access.ts';
import { describeAccessAttacks } from './describe-access-attacks.ts';
import { describeAccessWrites } from './describe-access-writes.ts';
import { describeAudit } from './describe-audit.ts';
import { describeBundleOracle } from './describe-bundle-oracle.ts';
import { describeBundles } from './describe-bundles.ts';
import { describeEdges } from './describe-edges.ts';
import { describeHistory } from './describe-history.ts';
import { describeInteractions } from './describe-interactions.ts';
import { describeLimits } from './describe-limits.ts';
import { describeRecords } from './describe-records.ts';
import { describeRefusals } from './describe-refusals.ts';
import { describeRefusedBundles } from './describe-refused-bundles.ts';
import { describeReindex } from './describe-reindex.ts';
import { describeSearch } from './describe-search.ts';
import { describeSearchFuzz } from './describe-search-fuzz.ts';
import { describeSearchLimits } from './describe-search-limits.ts';
import { describeSearchRules } from './describe-search-rules.ts';
import { describeServer } from './describe-server.ts';
import { describeSessions } from './describe-sessions.ts';
import { describeTokens } from './describe-tokens.ts';
import { describeUsCore } from './describe-us-core.ts';

/** All that holds on every database; `stories` is the number of random ones. */
export function describeApi(database: () => Database, stories: number): void {
  describeServer(database);
  describeRecords(database);
  describeInteractions(database);
  describeHistory(database);
  describeBundles(database);
  describeRefusedBundles(database);
  describeBundleOracle(database, stories);
  describeSearch(database);
  describeSearchRules(database);
  describeUsCore(database);
  describeSearchLimits(database);
  describeSearchFuzz(database, stories * 100);
  describeReindex(database);
  describeRefusals(database);
  describeLimits(database);
  describeTokens(database);
  describeAccess(database, stories * 2);
  describeAccessWrites(database);
  describeAccessAttacks(database);
  describeAudit(database);
  describeEdges(database);
  describeSessions(database);
}
