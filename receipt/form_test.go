package receipt_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"entente/ledger/canonical"
	"entente/meter"
	"entente/receipt"
)

func form(t *testing.T, r meter.Record) []byte {
	t.Helper()
	b, err := receipt.Of(r).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Whatever a record has stands in its form: two records that differ anywhere have two forms.
func TestTheFormHasEverythingThatARecordHas(t *testing.T) {
	plain := meter.Record{ID: meter.ID{1}, Opened: time.Unix(1, 0).UTC(), Closed: time.Unix(2, 0).UTC(), State: meter.Closed}
	before := form(t, plain)
	each(reflect.ValueOf(&plain).Elem(), "", func(name string, v reflect.Value) {
		kept := reflect.New(v.Type()).Elem()
		kept.Set(v)
		other(v)
		if bytes.Equal(form(t, plain), before) {
			t.Errorf("%s is not in the canonical form: give the form a new version that has it", name)
		}
		v.Set(kept)
	})
	if !bytes.Equal(form(t, plain), before) {
		t.Fatal("the test changed the record for good")
	}
}

// each calls do with each field of a struct that is no struct itself.
func each(v reflect.Value, name string, do func(string, reflect.Value)) {
	if _, instant := v.Interface().(time.Time); v.Kind() != reflect.Struct || instant {
		do(name, v)
		return
	}
	for i := range v.NumField() {
		each(v.Field(i), name+"."+v.Type().Field(i).Name, do)
	}
}

func other(v reflect.Value) {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = at.Add(time.Microsecond)
		return
	case *meter.ID:
		at[15]++
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Uint8:
		v.SetUint(v.Uint() + 1)
	default:
		v.SetInt(v.Int() + int64(time.Microsecond))
	}
}

// The form is what the documentation shows; forms never change.
func TestTheFormIsTheOneThatWasPublished(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := meter.Record{ID: meter.ID{1}, Agreement: "agr_x", Version: 1, Party: "b", Component: "summarise", Environment: "production",
		Opened: at, Closed: at.Add(1500 * time.Millisecond), State: meter.Closed, Outcome: meter.OK, Status: 200, FirstByte: 250 * time.Millisecond}
	r.Tokens.InputUncached, r.Tokens.Output, r.BytesIn = 1<<60, 7, 12
	const want = `{"agreement":"agr_x","answered_model":"","bytes_in":"12","bytes_out":"0","cache_read":"0","cache_write":"0","clause":"","client_request_id":"","closed":"2026-11-23T12:00:01.500000Z","component":"summarise","customer":"","data_class":"","disputed":false,"environment":"production","estimated":false,"first_byte_us":"250000","held_bytes":"0","held_input":"0","held_output":"0","id":"use_01000000000000000000000000","input_uncached":"1152921504606846976","key":"","model":"","opened":"2026-11-23T12:00:00.000000Z","operation":"","outcome":"ok","output":"7","party":"b","policy":"","purpose":"","reasoning":"0","state":"closed","status":200,"stream":false,"tokens_known":false,"tool_calls":"0","usage_digest":"","v":1,"version":1}`
	if got := string(form(t, r)); got != want {
		t.Errorf("the form is\n%s\nwant\n%s", got, want)
	}
	if again, err := canonical.JSON(form(t, r)); err != nil || string(again) != want {
		t.Errorf("the form is not canonical: %s, %v", again, err)
	}
}
