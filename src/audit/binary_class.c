/*
 * Java class files: which methods are called with texts that name a version. JVMS 17, 4:
 * the format; 6: the instructions.
 */
#include "audit/binary_code.h"

enum {
	TAG_TEXT = 1,
	TAG_NUMBER = 3,
	TAG_CLASS = 7,
	TAG_STRING = 8,
	TAG_FIELD = 9,
	TAG_METHOD = 10,
	TAG_INTERFACE_METHOD = 11,
	TAG_NAME_AND_TYPE = 12,
};

/* What stands behind each tag. 4.4: table 4.4-A. Others are none. */
static const uint8_t constant_lens[] = {
	[3] = 4,
	[4] = 4,
	[5] = 8,
	[6] = 8,
	[7] = 2,
	[8] = 2,
	[9] = 4,
	[10] = 4,
	[11] = 4,
	[12] = 4,
	[15] = 3,
	[16] = 2,
	[17] = 4,
	[18] = 4,
	[19] = 2,
	[20] = 2,
};

struct constant {
	uint8_t tag;
	struct bytes body;
};

struct class
{
	struct binary_reading *reading;
	struct constant *constants;
	size_t count;
	struct bytes name;
};

enum { OP_TABLESWITCH = 170, OP_LOOKUPSWITCH = 171, OP_WIDE = 196, OP_IINC = 132 };

/* Operands of instructions; those of none are not here. 6.5. */
static const struct {
	uint8_t first, last, len;
} operands[] = {
	{ 16, 16, 1 },   /* bipush */
	{ 17, 17, 2 },   /* sipush */
	{ 18, 18, 1 },   /* ldc */
	{ 19, 20, 2 },   /* ldc_w, ldc2_w */
	{ 21, 25, 1 },   /* iload to aload */
	{ 54, 58, 1 },   /* istore to astore */
	{ 132, 132, 2 }, /* iinc */
	{ 153, 168, 2 }, /* ifeq to jsr */
	{ 169, 169, 1 }, /* ret */
	{ 178, 184, 2 }, /* getstatic to invokestatic */
	{ 185, 186, 4 }, /* invokeinterface, invokedynamic */
	{ 187, 187, 2 }, /* new */
	{ 188, 188, 1 }, /* newarray */
	{ 189, 189, 2 }, /* anewarray */
	{ 192, 193, 2 }, /* checkcast, instanceof */
	{ 197, 197, 3 }, /* multianewarray */
	{ 198, 199, 2 }, /* ifnull, ifnonnull */
	{ 200, 201, 4 }, /* goto_w, jsr_w */
};

static bool take_constants(struct class *class, struct reader *r)
{
	size_t count = reader_u16(r);

	class->constants =
		arena_take(class->reading->arena, (count + 1) * sizeof *class->constants);
	if (class->constants == NULL) {
		class->reading->no_memory = true;
		return false;
	}
	class->count = count;
	for (size_t i = 1; i < count && reader_more(r); i++) {
		uint8_t tag = reader_u8(r);
		size_t len = tag < COUNT_OF(constant_lens) ? constant_lens[tag] : 0;

		if (tag == TAG_TEXT)
			len = reader_u16(r);
		else if (len == 0)
			reader_spoil(r, ERR_VALUE);
		class->constants[i] = (struct constant){ tag, reader_take(r, len) };
		i += tag == 5 || tag == 6; /* long and double take two places. 4.4.5 */
	}
	return reader_fault(r) == ERR_OK;
}

/* What the constant of that tag holds; a spoiled reader if it is another. */
static struct reader constant(const struct class *class, size_t index, uint8_t tag)
{
	struct reader r = { 0 };

	if (index < class->count && class->constants[index].tag == tag)
		return reader_over(class->constants[index].body);
	reader_spoil(&r, ERR_VALUE);
	return r;
}

static struct bytes text_of(const struct class *class, size_t index)
{
	struct reader r = constant(class, index, TAG_TEXT);

	return reader_rest(&r);
}

/* The text that a class or string refers to. */
static struct bytes named(const struct class *class, size_t index, uint8_t tag)
{
	struct reader r = constant(class, index, tag);

	return text_of(class, reader_u16(&r));
}

/* Bytes of a text that stands in the file once and is asked for at each of millions of
 * calls. With eight parameters a descriptor is shorter. */
#define LOOKED_AT_MAX 512

/* 4.3.3: "(Ljava/lang/String;[BJ)V" takes three. */
static size_t parameter_count(struct bytes descriptor, bool *ret_void)
{
	size_t count = 0, at = 1;

	descriptor = bytes_first(descriptor, LOOKED_AT_MAX);
	while (at < descriptor.len && descriptor.at[at] != ')') {
		while (at < descriptor.len && descriptor.at[at] == '[')
			at++;
		if (at < descriptor.len && descriptor.at[at] == 'L')
			at += bytes_find(
				bytes_after(descriptor, at), bytes_of_string(";"));
		at++;
		count++;
	}
	*ret_void = at + 1 < descriptor.len && descriptor.at[at + 1] == 'V';
	return count;
}

/* "java/lang/System" and "setProperty" with a point between. */
static struct bytes dotted(
	struct binary_reading *reading, struct bytes owner, struct bytes name)
{
	uint8_t *all;

	owner = bytes_first(owner, NAME_MAX_LEN);
	name = bytes_first(name, NAME_MAX_LEN);
	all = arena_take(reading->arena, owner.len + name.len + 1);
	if (all == NULL) {
		reading->no_memory = true;
		return (struct bytes){ 0 };
	}
	for (size_t i = 0; i < owner.len; i++)
		all[i] = owner.at[i] == '/' ? '.' : owner.at[i];
	all[owner.len] = '.';
	if (name.len > 0)
		memcpy(all + owner.len + 1, name.at, name.len);
	return bytes_over(all, owner.len + 1 + name.len);
}

static bool names_protocol(struct bytes text)
{
	text = bytes_first(text, LOOKED_AT_MAX);
	return bytes_find_caseless(text, bytes_of_string("tls")) < text.len ||
	       bytes_find_caseless(text, bytes_of_string("ssl")) < text.len;
}

/* A class calls thousands of methods: what is kept is handed such a text. */
static bool is_kept(const struct fact_argument *arguments, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < arguments[i].text_count; j++)
			if (names_protocol(arguments[i].texts[j]))
				return true;
	return false;
}

struct method {
	struct class *class;
	struct bytes name;
	struct steps steps;
};

static void take_call(struct method *method, size_t index, size_t at)
{
	struct class *class = method->class;
	bool is_interface = index < class->count &&
			    class->constants[index].tag == TAG_INTERFACE_METHOD;
	struct reader r =
		constant(class, index, is_interface ? TAG_INTERFACE_METHOD : TAG_METHOD);
	struct bytes owner = named(class, reader_u16(&r), TAG_CLASS);
	struct reader what = constant(class, reader_u16(&r), TAG_NAME_AND_TYPE);
	struct bytes name = text_of(class, reader_u16(&what));
	bool is_void;
	size_t count = parameter_count(text_of(class, reader_u16(&what)), &is_void);
	struct fact_argument arguments[FACT_ARGUMENTS_MAX], *kept;

	steps_arguments(&method->steps, count, arguments);
	steps_add(&method->steps, is_void ? STEP_OTHER : STEP_RESULT);
	if (count > FACT_ARGUMENTS_MAX || !is_kept(arguments, count) ||
		binary_is_full(class->reading))
		return;
	kept = arena_take(class->reading->arena, sizeof arguments);
	if (kept == NULL) {
		class->reading->no_memory = true;
		return;
	}
	memcpy(kept, arguments, sizeof arguments);
	binary_add(class->reading,
		&(const struct fact){ .kind = FACT_CALL,
			.name = dotted(class->reading, owner, name),
			.by = dotted(class->reading, class->name, method->name),
			.arguments = kept,
			.argument_count = count,
			.at = at,
			.len = 1 });
}

static void take_constant(struct method *method, size_t index)
{
	struct bytes text = named(method->class, index, TAG_STRING);
	struct reader number = constant(method->class, index, TAG_NUMBER);
	uint32_t value = reader_u32(&number);

	if (text.at != NULL)
		steps_text(&method->steps, text);
	else if (reader_fault(&number) == ERR_OK)
		steps_number(&method->steps, value);
	else
		steps_add(&method->steps, STEP_VALUE);
}

/* The rest of an instruction whose length its operands tell. `at` is its place. */
static bool take_long_one(struct reader *code, uint8_t op, size_t at)
{
	if (op == OP_WIDE) {
		(void)reader_take(code, reader_u8(code) == OP_IINC ? 4 : 2);
		return true;
	}
	if (op != OP_TABLESWITCH && op != OP_LOOKUPSWITCH)
		return false;
	(void)reader_take(code, 3 - at % 4); /* to a multiple of four */
	(void)reader_u32(code);              /* the default */
	if (op == OP_LOOKUPSWITCH) {
		(void)reader_take(code, (size_t)reader_u32(code) * 8);
	} else {
		uint32_t low = reader_u32(code), high = reader_u32(code);

		(void)reader_take(code, (size_t)(high - low) * 4 + 4);
	}
	return true;
}

static size_t operand_len(uint8_t op)
{
	for (size_t i = 0; i < COUNT_OF(operands); i++)
		if (op >= operands[i].first && op <= operands[i].last)
			return operands[i].len;
	return 0;
}

static void take_step(struct method *method, uint8_t op, struct reader operand, size_t at)
{
	struct steps *steps = &method->steps;

	if (op >= 2 && op <= 8) /* iconst */
		steps_number(steps, (uint64_t)op - 3);
	else if (op == 16) /* bipush */
		steps_number(steps, reader_u8(&operand));
	else if (op == 17) /* sipush */
		steps_number(steps, reader_u16(&operand));
	else if (op == 18) /* ldc */
		take_constant(method, reader_u8(&operand));
	else if (op == 19) /* ldc_w */
		take_constant(method, reader_u16(&operand));
	else if (op == 1 || op == 21 || op == 25 || (op >= 26 && op <= 29) ||
		 (op >= 42 && op <= 45) || op == 178) /* null, iload, aload, getstatic */
		steps_add(steps, STEP_VALUE);
	else if (op == 83) /* aastore */
		steps_add(steps, STEP_STORE);
	else if (op == 89) /* dup */
		steps_add(steps, STEP_COPY);
	else if (op == 189) /* anewarray */
		steps_add(steps, STEP_ARRAY);
	else if (op == 167 || op == 200) /* goto */
		steps_add(steps, STEP_JUMP);
	else if (op >= 182 && op <= 185) /* invokevirtual to invokeinterface */
		take_call(method, reader_u16(&operand), at);
	else if (op == 186) /* invokedynamic */
		steps_add(steps, STEP_RESULT);
	else if (op != 192) /* checkcast changes nothing */
		steps_add(steps, STEP_OTHER);
}

/* 4.7.3 */
static void take_code(struct class *class, struct bytes name, struct bytes body)
{
	struct reader r = reader_over(body);
	struct method method = { .class = class, .name = name };
	struct reader code;
	struct bytes all;

	(void)reader_take(&r, 4); /* stack and locals */
	code = reader_child(&r, reader_u32(&r));
	all = reader_rest(&code);
	code = reader_over(all);
	while (reader_more(&code)) {
		size_t at = all.len - reader_left(&code);
		uint8_t op = reader_u8(&code);

		if (take_long_one(&code, op, at)) {
			steps_add(&method.steps, STEP_OTHER);
			continue;
		}
		take_step(&method, op, reader_child(&code, operand_len(op)),
			binary_offset(class->reading, all) + at);
	}
	if (reader_fault(&code) != ERR_OK || reader_fault(&r) != ERR_OK)
		class->reading->cut = true;
}

/* Fields and methods alike. 4.5, 4.6. */
static void take_members(struct class *class, struct reader *r)
{
	size_t count = reader_u16(r);

	for (size_t i = 0; i < count && reader_more(r); i++) {
		struct bytes name;
		size_t attributes;

		(void)reader_u16(r); /* access */
		name = text_of(class, reader_u16(r));
		(void)reader_u16(r); /* descriptor */
		attributes = reader_u16(r);
		for (size_t j = 0; j < attributes && reader_more(r); j++) {
			struct bytes kind = text_of(class, reader_u16(r));
			struct bytes body = reader_take(r, reader_u32(r));

			if (bytes_equal(kind, bytes_of_string("Code")))
				take_code(class, name, body);
		}
	}
}

void binary_read_class(struct binary_reading *reading)
{
	struct reader r = reader_over(reading->file);
	struct class class = { .reading = reading };

	(void)reader_take(&r, 8); /* magic, minor, major */
	if (!take_constants(&class, &r)) {
		reading->cut = true;
		return;
	}
	(void)reader_u16(&r); /* access */
	class.name = named(&class, reader_u16(&r), TAG_CLASS);
	(void)reader_u16(&r); /* super */
	(void)reader_take(&r, (size_t)reader_u16(&r) * 2);
	take_members(&class, &r); /* fields */
	take_members(&class, &r); /* methods */
	if (reader_fault(&r) != ERR_OK)
		reading->cut = true;
}
