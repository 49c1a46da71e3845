import { METRICS, type Metric } from './process-metrics.js'

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Figures in the text format of Prometheus, each a gauge named `async_trace_…`. Ends with a line break. */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => {
      const { help, unit } = METRICS[name]
      const full = `async_trace_${name}${unit === 's' ? '_seconds' : ''}`
      const lines = points.map(({ labels, value }) => `${full}${labelsText(labels)} ${value}\n`)
      return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join('')}`
    })
    .join('')
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
