package signing

// Holds verifies the signature and the passkey of a statement, and nothing of what it is about.
func Holds(s SignedStatement) (Statement, error) {
	st, err := s.read()
	if err == nil {
		err = s.holds(st)
	}
	return st, err
}
