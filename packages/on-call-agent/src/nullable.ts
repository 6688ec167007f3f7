import { Type } from 'typebox'

/** `null` where there is nothing to say. */
export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])
