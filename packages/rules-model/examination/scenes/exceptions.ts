import type { Scene } from '../scene.ts'
import { alertOf, BURST, between, logged, noise, pick, rate, worldOf } from '../setting.ts'

/** Errors that the code of a service throws, as four languages log them. */
export const EXCEPTION_SCENES: Scene[] = [
  {
    id: 'null dereference in Node',
    play: (at) => {
      const [route = ''] = at.routes
      const file = pick(at, ['services/shop/pricing.ts', 'packages/api/src/cart.ts'])
      const stack = `TypeError: Cannot read properties of null (reading 'label')\n    at price (${file}:5:32)`
      const files = { [file]: 'a\nb\nexport async function price(id) {\n  const offer = await find(id)\n  return offer.discount.label\n}' }
      const log = logged(
        at,
        { message: "Cannot read properties of null (reading 'label')", error: 'TypeError', stack, status: 500 },
        { routes: [route] },
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'ErrorBurst', BURST)],
          log: [...noise(at), ...log],
          files,
          rate: rate(at, between(at, 0.25, 0.9) / 3, { routes: [route] }),
        }),
        truth: { causes: ['application_exception'] },
      }
    },
  },
  {
    id: 'AttributeError in Python',
    play: (at) => {
      const [route = ''] = at.routes
      const stack =
        'Traceback (most recent call last):\n  File "/usr/lib/python3.12/site-packages/flask/app.py", line 880, in full_dispatch\n  File "app/pricing.py", line 41, in price\nAttributeError: \'NoneType\' object has no attribute \'label\''
      const log = logged(
        at,
        { message: "'NoneType' object has no attribute 'label'", error: 'AttributeError', stack, status: 500 },
        { routes: [route] },
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'HighErrorRate', BURST)],
          log: [...noise(at), ...log],
          rate: rate(at, 0.3, { routes: [route] }),
        }),
        truth: { causes: ['application_exception'] },
      }
    },
  },
  {
    id: 'nil pointer in Go',
    play: (at) => {
      const stack =
        'goroutine 71 [running]:\nmain.(*Server).price(...)\n\t/app/internal/pricing.go:88 +0x1d\nnet/http.HandlerFunc.ServeHTTP\n\t/usr/local/go/src/net/http/server.go:2136 +0x2f'
      const log = logged(at, {
        message: 'http: panic serving: runtime error: invalid memory address or nil pointer dereference',
        error: 'panic',
        stack,
        status: 500,
      })
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'ErrorBurst', BURST)], log, rate: rate(at, between(at, 0.3, 0.8)) }),
        truth: { causes: ['application_exception'] },
      }
    },
  },
  {
    id: 'NullPointerException in Java',
    play: (at) => {
      const stack =
        'java.lang.NullPointerException: Cannot invoke "Item.price()" because "item" is null\n\tat com.shop.PriceService.price(PriceService.java:57)\n\tat jdk.internal.reflect.Method.invoke(Method.java:580)'
      const log = logged(at, {
        message: 'Cannot invoke "Item.price()" because "item" is null',
        error: 'java.lang.NullPointerException',
        stack,
        status: 500,
      })
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'ErrorBurst', BURST)], log, rate: rate(at, between(at, 0.3, 0.8)) }),
        truth: { causes: ['application_exception'] },
      }
    },
  },
]
