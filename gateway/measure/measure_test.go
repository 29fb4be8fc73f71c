package measure_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"entente/gateway/measure"
	"entente/meter"
	"entente/metrics"
)

func TestWhatPassesIsCounted(t *testing.T) {
	var b measure.Book
	at := measure.Place{Agreement: "agr_1", Component: "summarise", Environment: "test"}
	r := meter.Result{Outcome: meter.OK, FirstByte: time.Millisecond, BytesIn: 10, BytesOut: 20, ToolCalls: 1, Deviations: meter.OtherModel | meter.OtherRegion}
	r.Tokens.Output, r.Tokens.CacheRead = 5, 2
	var calls sync.WaitGroup
	for range 50 {
		calls.Go(func() { b.At(at).Ended(&r, 30*time.Millisecond) })
		calls.Go(func() {
			b.Refused(meter.Refusal{Day: "2026-11-23", Agreement: "agr_1", Clause: "3.4", Code: "purpose-forbidden"})
		})
	}
	calls.Wait()
	b.At(at).Ended(&meter.Result{Outcome: "unheard of"}, time.Hour)
	b.Refused(meter.Refusal{Day: "2026-11-24", Agreement: "agr_1", Clause: "3.4", Code: "purpose-forbidden"})
	var p metrics.Page
	b.Write(&p)
	const labels = `{agreement="agr_1",component="summarise",environment="test"`
	for _, want := range []string{
		"entente_calls_total" + labels + `,outcome="ok"} 50`, "entente_calls_total" + labels + `,outcome="other"} 1`,
		"entente_tokens_total" + labels + `,kind="output"} 250`, "entente_tokens_total" + labels + `,kind="cache_read"} 100`,
		"entente_bytes_total" + labels + `,direction="in"} 500`, "entente_tool_calls_total" + labels + "} 50",
		"entente_deviations_total" + labels + `,deviation="model_mismatch"} 50`, "entente_deviations_total" + labels + `,deviation="region_mismatch"} 50`,
		"entente_deviations_total" + labels + `,deviation="request_format"} 0`,
		"entente_call_duration_seconds_bucket" + labels + `,le="0.05"} 50`, "entente_call_duration_seconds_count" + labels + "} 51",
		"entente_call_first_byte_seconds_count" + labels + "} 50",
		`entente_refusals_total{agreement="agr_1",component="",environment="",clause="3.4",code="purpose-forbidden"} 51`,
	} {
		if !strings.Contains(string(p.Bytes()), want+"\n") {
			t.Errorf("the page does not say %s:\n%s", want, p.Bytes())
		}
	}
}
