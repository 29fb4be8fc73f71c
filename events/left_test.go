package events_test

import (
	"os"
	"testing"

	"entente/tests/left"
)

func TestMain(m *testing.M) { os.Exit(left.Nothing(m)) }
