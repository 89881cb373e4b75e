export { type Checkout, checkOut, processEnvWithout, runNx, startNx } from './checkout.ts';
export { type DeliveryWorld, DEMANDED, jsonIn, startDeliveryWorld } from './delivery-world.ts';
export { type DokployWorld, startDokployWorld } from './dokploy-world.ts';
export { deliveriesTo, type RegistryDeliveries } from './registry-deliveries.ts';
export { warmNx } from './warm-nx.ts';
