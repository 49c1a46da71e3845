import { never } from '../show.mjs'

await never()
