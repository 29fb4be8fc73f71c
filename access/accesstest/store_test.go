package accesstest

import "testing"

func TestTheStoreInMemoryIsAStore(t *testing.T) {
	Run(t, func(*testing.T) Keeper { return &Store{} })
}
