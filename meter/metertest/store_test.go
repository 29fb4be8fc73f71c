package metertest

import (
	"testing"

	"entente/meter"
)

func TestTheStoreInMemoryIsAStore(t *testing.T) {
	Run(t, func(*testing.T) meter.Store { return &Store{} })
}
