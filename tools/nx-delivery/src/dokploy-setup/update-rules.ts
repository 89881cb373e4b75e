/**
 * How Docker Swarm changes a stack's service; as in docker-stack.yml. A new task is healthy before the old one stops,
 * unless both would write to one embedded database. One that does not become healthy is taken back.
 */
export function updateRules(sharesData: boolean) {
  const order = sharesData ? 'stop-first' : 'start-first';
  return {
    update_config: { order, parallelism: 1, failure_action: 'rollback', monitor: '20s' },
    rollback_config: { order, parallelism: 1 },
    restart_policy: { condition: 'any', delay: '5s' },
  };
}
