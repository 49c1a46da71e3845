// Recognises a call stack that was seen before, by its return addresses. See README.md.
#include <node.h>
#include <v8.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace {

// A stack of so many machine frames, or more, is not looked up.
constexpr size_t kMaxFrames = 256;
// With more stacks than this, the table is emptied.
constexpr size_t kMaxStacks = 1 << 14;
constexpr size_t kSlots = kMaxStacks * 2;
// With more return addresses than this (2 MB), as well.
constexpr size_t kMaxAddresses = 1 << 18;
constexpr int32_t kNotLookedUp = INT32_MIN;

// One for each isolate (thread). It holds addresses, no V8 objects: it keeps nothing alive.
class StackTable {
 public:
  explicit StackTable(v8::Isolate* isolate) : isolate_(isolate) {
    // Only a mark-compact frees or moves code, and so lets another function have an address that is in the table.
    isolate_->AddGCEpilogueCallback(OnMarkCompact, this, v8::kGCTypeMarkSweepCompact);
    node::AddEnvironmentCleanupHook(isolate_, Delete, this);
  }

  ~StackTable() { isolate_->RemoveGCEpilogueCallback(OnMarkCompact, this); }

  StackTable(const StackTable&) = delete;
  StackTable& operator=(const StackTable&) = delete;

  // The number of the present stack; ~number (negative) when it is new; kNotLookedUp when it is too deep. Numbers begin
  // at 0 again when the table is emptied: a number then always comes as new before it comes as known.
  int32_t Find(void* frame_pointer) {
    void* frames[kMaxFrames];
    v8::RegisterState registers;
    registers.pc = reinterpret_cast<void*>(&OnMarkCompact);
    registers.sp = registers.fp = frame_pointer;
    v8::SampleInfo sample;
    isolate_->GetStackSample(registers, frames, kMaxFrames, &sample);
    const size_t count = sample.frames_count;
    if (count == 0 || count >= kMaxFrames) return kNotLookedUp;
    const uint64_t hash = HashOf(frames, count);
    if (slots_.empty()) slots_.assign(kSlots, kEmpty);
    size_t slot = SlotOf(hash, frames, count);
    if (slots_[slot] != kEmpty) return slots_[slot];
    if (stacks_.size() >= kMaxStacks || addresses_.size() + count > kMaxAddresses) {
      Clear();
      slot = SlotOf(hash, frames, count);
    }
    const int32_t number = static_cast<int32_t>(stacks_.size());
    stacks_.push_back({hash, addresses_.size(), count});
    addresses_.insert(addresses_.end(), frames, frames + count);
    slots_[slot] = number;
    return ~number;
  }

 private:
  static constexpr int32_t kEmpty = -1;

  struct Stack {
    uint64_t hash;
    size_t start;
    size_t count;
  };

  static uint64_t HashOf(void* const* frames, size_t count) {
    uint64_t hash = 0x9E3779B97F4A7C15ull ^ count;
    for (size_t i = 0; i < count; i++) {
      hash = (hash ^ reinterpret_cast<uintptr_t>(frames[i])) * 0xBF58476D1CE4E5B9ull;
      hash ^= hash >> 31;
    }
    return hash;
  }

  // The slot of an equal stack, or else the empty one where it belongs. Half of the slots are empty at least.
  size_t SlotOf(uint64_t hash, void* const* frames, size_t count) const {
    for (size_t slot = hash % kSlots;; slot = (slot + 1) % kSlots) {
      if (slots_[slot] == kEmpty) return slot;
      const Stack& known = stacks_[slots_[slot]];
      if (known.hash == hash && known.count == count &&
          memcmp(&addresses_[known.start], frames, count * sizeof(void*)) == 0)
        return slot;
    }
  }

  void Clear() {
    if (stacks_.empty()) return;
    slots_.assign(kSlots, kEmpty);
    stacks_.clear();
    addresses_.clear();
  }

  static void OnMarkCompact(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* table) {
    static_cast<StackTable*>(table)->Clear();
  }

  static void Delete(void* table) { delete static_cast<StackTable*>(table); }

  v8::Isolate* const isolate_;
  std::vector<int32_t> slots_;
  std::vector<Stack> stacks_;
  std::vector<void*> addresses_;
};

#if defined(__GNUC__)
__attribute__((noinline))
#endif
void Find(const v8::FunctionCallbackInfo<v8::Value>& args) {
#if defined(__GNUC__)
  void* frame_pointer = __builtin_frame_address(0);
#else
  void* frame_pointer = const_cast<v8::FunctionCallbackInfo<v8::Value>*>(&args);
#endif
#if V8_MAJOR_VERSION >= 14
  void* data = args.Data().As<v8::External>()->Value(v8::kExternalPointerTypeTagDefault);
#else
  void* data = args.Data().As<v8::External>()->Value();
#endif
  args.GetReturnValue().Set(static_cast<StackTable*>(data)->Find(frame_pointer));
}

}  // namespace

extern "C" NODE_MODULE_EXPORT void NODE_MODULE_INITIALIZER(v8::Local<v8::Object> exports, v8::Local<v8::Value>,
                                                           v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  auto* table = new StackTable(isolate);
#if V8_MAJOR_VERSION >= 14
  v8::Local<v8::External> data = v8::External::New(isolate, table, v8::kExternalPointerTypeTagDefault);
#else
  v8::Local<v8::External> data = v8::External::New(isolate, table);
#endif
  v8::Local<v8::Function> find =
      v8::Function::New(context, Find, data, 0, v8::ConstructorBehavior::kThrow).ToLocalChecked();
  exports->Set(context, v8::String::NewFromUtf8Literal(isolate, "find"), find).Check();
}
