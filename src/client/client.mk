# The built-in clients, rdspass-mysql and rdspass-postgres; part of the Makefile. Each is all of
# src/client but the other one's driver, which is mysql*.c or postgres*.c.
#
# WITH_MYSQL=no WITH_POSTGRES=no         builds without one of them
# MYSQL_LIBRARY=libmariadb|mysqlclient   whose libmysqlclient, by the name that pkg-config has

WITH_MYSQL    := yes
WITH_POSTGRES := yes

ifneq ($(COMPILES),)
EDIT_LIBS := $(shell $(PKG_CONFIG) --libs libedit 2>/dev/null || echo -ledit)
# Their headers are not up to our warnings.
as_system = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null))
MYSQL_LIBRARY   := $(shell $(PKG_CONFIG) --exists libmariadb && echo libmariadb || echo mysqlclient)
MYSQL_CFLAGS    := $(call as_system,$(MYSQL_LIBRARY))
MYSQL_LIBS      := $(shell $(PKG_CONFIG) --libs $(MYSQL_LIBRARY) 2>/dev/null || echo -lmysqlclient)
POSTGRES_CFLAGS := $(call as_system,libpq)
POSTGRES_LIBS   := $(shell $(PKG_CONFIG) --libs libpq 2>/dev/null || echo -lpq)
endif

CLIENT_ARCHIVES := $(foreach l,ipc rds aws codec base,$(call archive,$(l)))
CLIENT_LIBS := $(EDIT_LIBS) $(CJSON_LIBS)
CLIENT_FLAGS := $(CLIENT_LIBS) $(MYSQL_CFLAGS) $(MYSQL_LIBS) $(POSTGRES_CFLAGS) $(POSTGRES_LIBS)

driver_of = $(filter $(BUILD)/obj/client/$(1)%,$(call objects_of,client))
MYSQL_OBJECTS := $(call driver_of,mysql)
POSTGRES_OBJECTS := $(call driver_of,postgres)
CLIENT_OBJECTS := $(filter-out $(MYSQL_OBJECTS) $(POSTGRES_OBJECTS),$(call objects_of,client))

CLIENTS := $(if $(filter-out no,$(WITH_MYSQL)),$(BUILD)/rdspass-mysql) \
  $(if $(filter-out no,$(WITH_POSTGRES)),$(BUILD)/rdspass-postgres)

# mysql.h calls functions that base/banned.h, which is included next, forbids.
$(MYSQL_OBJECTS): DEFINES += $(MYSQL_CFLAGS) -include mysql.h
$(POSTGRES_OBJECTS): DEFINES += $(POSTGRES_CFLAGS)

$(BUILD)/rdspass-mysql: $(CLIENT_OBJECTS) $(MYSQL_OBJECTS) $(CLIENT_ARCHIVES) src/client
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o %.a,$^) $(MYSQL_LIBS) $(CLIENT_LIBS)

$(BUILD)/rdspass-postgres: $(CLIENT_OBJECTS) $(POSTGRES_OBJECTS) $(CLIENT_ARCHIVES) src/client
	@echo "  LINK  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o %.a,$^) $(POSTGRES_LIBS) $(CLIENT_LIBS)
