package main

import (
	"os/exec"
	"testing"
)

// Three of the rounds that make kill runs by the dozen: what a client saw of an answer is on record
// once, whenever the node is killed.
func TestKilledNodesLoseNothing(t *testing.T) {
	entente, err := exec.LookPath("entente")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "run", "./tests/kill", "-rounds", "3", "-binary", entente).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
