package general

import "entente/agreement"

// Check reports what is missing, contradictory, dangling or unwise in the article.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {}
