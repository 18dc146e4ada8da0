// First of all: the rest takes a while to load.
import './service/workers/ignore-signals.js'

await import('./service/workers/worker-main.js')
