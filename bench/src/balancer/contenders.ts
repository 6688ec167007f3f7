import type { Contender } from '../contender.ts'
import { direct } from './direct.ts'
import { haproxy } from './haproxy.ts'
import { nginx } from './nginx.ts'
import { nodePeer } from './node-peer.ts'
import { ourBalancer } from './our-balancer.ts'

/** Who takes part in the comparison of balancers, in the order of each round. */
export const BALANCERS: readonly Contender[] = [
  ourBalancer,
  nginx,
  haproxy,
  nodePeer('@fastify/reply-from', 'reply-from'),
  nodePeer('fast-proxy (undici)', 'fast-proxy'),
  nodePeer('http-proxy-3', 'http-proxy-3'),
  nodePeer('@fastify/http-proxy', 'fastify-http-proxy'),
  direct,
]
