/** The services of the lab's own shop, as its alerts name them. */
export const SHOP_SERVICES: readonly string[] = ['inventory', 'load-balancer', 'process-manager']
