#include "cmd/device_figure.h"
void device_figure(struct arena *a, const char *name, const struct cell *c, const struct tech *t,
	const struct sweep_options *o, const char *path)
{
	(void)a;(void)name;(void)c;(void)t;(void)o;(void)path;
}
